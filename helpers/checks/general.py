"""What any exercise can meet: the wrong kind of answer. An exercise may say it in its own words."""

GENERAL = {
    # values
    "nothing": "This is `None`, nothing: `print`, `sort`, `append` and `flush` give nothing back, "
    "nor does Redis for a key that it does not hold.",
    "not a number": "A number is asked for, and this is {got}.",
    "not text": "Text is asked for, in quotation marks, and this is {got}.",
    "bytes": "{got} is bytes, as Kafka and Redis hand them over: `.decode()` makes text of them.",
    "not a list": "A list is asked for, and this is {got}.",
    "another length": "{wanted} items are asked for, and these are {got}.",
    "too long": "These are {got:,} items: far fewer are asked for.",
    # arrays
    "not an array": "An array of numbers is asked for, and this is {got}.",
    "another shape": "The shape is {got}, and {wanted} is asked for.",
    "axes swapped": "The shape is {got}, and {wanted} is asked for: the axes are there, in another order.",
    "another dtype": "The dtype is {got}, and {wanted} is asked for.",
    # functions
    "not a function": "A function is asked for, and this is {got}: hand over its name alone.",
    "nothing returned": "Nothing came back (`None`): does the function end with `return`?",
    # models
    "not a model": "A Keras model is asked for, and this is {got}.",
    "training history": "This is what `fit` returns, the history of the training: hand over the model.",
    "input unknown": "The model does not know its input yet: begin it with `keras.Input(shape=…)`.",
    "input refused": "The model cannot take a batch of shape {wanted}: {got}.",
    # records and keys
    "not JSON": "A value should be JSON, and this one is {got}.",
    "no such topic": "{why}",
    "no records": "The topic {got} holds no records. Did the producer `flush()` before it ended?",
    "no such key": "Redis holds nothing under {got}. Is the key written alike here and where you store it?",
    "another structure": "Redis holds a {got} under this key, which this exercise does not ask for.",
}
