"""An engine asked as a client of its REST API would."""


def only(engine, statement):
    """The one entity of a statement."""
    (entity,) = engine.entities(statement)
    return entity
