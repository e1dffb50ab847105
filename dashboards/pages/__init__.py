"""One module a page. A page reads through pipelines.store.views with the visitor's scope, and fills a template."""
