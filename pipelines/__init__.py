"""Media watch: from what the world publishes to what a manager is told.

The walk of one post, by name::

    Source -fetch-> Payload -parse-> Entry -match-> Mention -dedupe-> Story
                                   \\-score, flag-> Assessment -route-> Notice -compose-> Message -deliver-> Delivery
    beside all of it: Issue (something about our own data that a human must look at)

Three phases in alphabetical order, which is data order, and a fourth that tidies up:

    collect/       the world comes in            Source   -> Entry
    enrich/        pure understanding            Entry    -> Assessment, Story
    notify/        the world is told             Assessment -> Message
    housekeeping/  forget what has had its time

Phases meet only in `types` and in the database (`store/`, the only place with SQL). The world is reached through two
doors: `collect/fetch.py` and `notify/channels/`. `bootstrap` is the one composition root; `cli` and the DAGs call the
same `run` function of each phase.
"""
