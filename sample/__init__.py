"""An invented, believable day in Botkyrka, served by the protocols that the real world speaks.

    world/     what was written, as data, laid on the clock:  publishers → posts (history, day)
    shapes/    posts → the document a publisher would serve (RSS, Atom, RDF, JSON)
    site       path + headers → answer; some publishers misbehave on purpose
    server     the site over HTTP on 127.0.0.1: `python -m sample.server`
    sink       an SMTP server on 127.0.0.1 that files every mail: `python -m sample.sink`
    overlay    sources.toml and mail.toml that point at the two

Every person, host, headline and number here is made up. The places and units are real, what is told of them is not.
The day lies in the last closed digest window, so that a run looks like today whenever it is made; everything is a
function of that window's date, so that a second run of the same day brings the very same bytes.
"""
