"""What managers look at: server-rendered pages in Swedish and English that work without JavaScript.

app         the application put together: pages, static files, headers, errors
auth        one-time links, sessions, who the visitor is and what he may see
security    headers that every answer carries, and logs without login links
requestlog  a line of the log for each answer
api/        the same for programs: JSON under /api/v1, with keys
pages/      one module a page: reads through pipelines.store.views, with the visitor's scope
asked       what the address of the list asks for
sheets      a list as a table for a spreadsheet
rendering   templates with the filters they use
language    which language an answer is in, and its words: Swedish as written, else by texts/en.po
translate   the command that brings texts/en.po up to date
catalogue   texts/sv.toml and en.toml: the words that are not whole sentences of a page
dates       times as Swedes and Britons write them
highlight   a text cut where evidence and mentions begin and end
mailbox     what the local mail sink has filed
"""
