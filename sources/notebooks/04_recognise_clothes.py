# %% [markdown]
# A **neuron** multiplies each of its inputs by a weight, adds the products and a bias, and bends the sum: ReLU, for one, cuts
# off what is negative. (Lesson 03 takes one apart.) Put 128 of them side by side and 10 behind them, and they tell a boot
# from a pullover. By the end of this lesson such a network is trained, you know where it fails, and it lies in the **model
# registry**, from which a live stream will fetch it.
#
# **You will be able to**
#
# - keep validation pictures aside, and say what each of three sets is for,
# - build a dense network in Keras and count its parameters by hand,
# - train it in batches and epochs, and read its curves,
# - find in a confusion matrix what the network mixes up,
# - publish the model so that another program can prove it is the same.

# %%
import math

import keras
import numpy as np

from helpers import datasets, figures, learning, services
from helpers.checks import exercises
from helpers.datasets import CLOTHES
from helpers.scoring import registry

check, hint, solution = exercises("04")
learning.seed(4)
lab = services.ensure("redis", "kafka")

# %% [markdown] tags=["core"] reading=3 hands_on=2
# ## Look before you learn
#
# The shop's pictures are *Fashion-MNIST*: 70,000 photographs from Zalando's catalogue, shrunk to 28 × 28 grey pixels. There
# are ten kinds: T-shirt/top, trouser, pullover, dress, coat, sandal, shirt, sneaker, bag and ankle boot. The next cell
# shows the ten pictures of the talk. Name them yourself. Which two kinds would *you* mix up?

# %%
data = datasets.fashion_mnist()
ten, _ = datasets.talk_images()
figures.wall(ten, labels=CLOTHES)

# %% [markdown]
# <details><summary>What they are</summary>
#
# 0 ankle boot, 1 pullover, 2, 3 and 5 trousers, 4 and 7 shirts, 6 coat, 8 sandal, 9 sneaker.
#
# </details>
#
# Small and grey, and hardly a riddle for you: you have looked at clothes all your life. The network starts with nothing but
# numbers. Here is what it gets of the first picture:

# %%
figures.picture(ten[0], name="Picture 0, an ankle boot")

# %% [markdown]
# A pixel is one byte: 0 is background, 255 the darkest cloth. A picture is 28 rows of 28 bytes, **784 inputs** in all.
#
# Are there as many boots as bags? Know that before you believe any score. If there are, whoever guesses blindly is right
# once in ten, and better than 0.10 is the least we ask.

# %%
print("training pictures:", data.train_images.shape, data.train_images.dtype)
print("of each kind:", np.bincount(data.train_labels).tolist())

# %% [markdown] tags=["core"] reading=2 hands_on=3
# ## Keep some pictures aside
#
# You will try things: more neurons, a longer training. If you choose what scores best on the test pictures, you have fitted
# *your choice* to them, and their score is no longer a promise about pictures nobody has seen. So there are three sets:
#
# | | who looks at it | how often |
# |---|---|---|
# | training set | the network, while it learns | thousands of times |
# | **validation set** | you, while you choose | as often as you like |
# | test set | you, once it is finished | once |
#
# **Your turn.** Hold back the *last 10,000* of the 60,000 training pictures, and their labels, for validation. Stuck?
# `hint("validation")` helps, `hint("validation", 2)` helps more, `solution("validation")` shows one way. The lesson goes on
# either way: the folded cell below makes the split too.

# %%
train_images, train_labels = ..., ...  # your turn: the first 50,000
val_images, val_labels = ..., ...      # your turn: the last 10,000

validation = train_images, train_labels, val_images, val_labels
check("validation", validation)

# %% jupyter={"source_hidden": true}
# The split, for everybody: run it, and open it once you have tried.
train_images, val_images = data.train_images[:50_000], data.train_images[50_000:]
train_labels, val_labels = data.train_labels[:50_000], data.train_labels[50_000:]
len(train_images), len(val_images)

# %% [markdown] tags=["core"] reading=4 hands_on=4
# ## Build it, layer by layer
#
# Five layers, and only two of them learn:
#
# 1. **Input**: a picture, 28 × 28.
# 2. **Rescaling**: bytes become numbers from 0 to 1. It is *inside* the model, so that whoever uses it cannot forget it.
# 3. **Flatten**: 28 rows of 28 become one row of 784.
# 4. **Dense, 128 neurons, ReLU**: each weighs all 784 inputs, adds its bias, and bends: relu(**W**a + b), where
#    *a* are the inputs, **W** the weights and b the biases.
# 5. **Dense, 10 neurons, softmax**: one per kind of clothes; softmax turns ten sums into ten probabilities.

# %%
model = keras.Sequential(
    [
        keras.Input((28, 28)),
        keras.layers.Rescaling(1 / 255),
        keras.layers.Flatten(),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)

# %% [markdown]
# <div class="alert alert-block alert-info"><b>Check the slide.</b> The talk writes σ(<b>W</b> + b). The inputs are
# missing: without <i>a</i>, every picture would get the same answer. It is σ(<b>W</b>a + b).</div>
#
# **Your turn.** How many numbers will training change? Count them by hand: every weight and every bias of both dense
# layers. Multiply it out in the cell, so that Python does the sums. The cell after it draws the network and counts them
# layer by layer: look at where nearly all of them sit.

# %%
parameters = ...  # your turn

check("parameters", parameters)

# %%
figures.network((784, 128, 10), labels=CLOTHES)

# %% [markdown] tags=["core"] reading=3 hands_on=2
# ## Train it
#
# **Training** is a loop. Take a *batch* of 128 pictures, let the network answer, measure the cost, move each of the
# parameters a little in the direction that makes the cost smaller. One pass over all 50,000 pictures is an **epoch**.
# The last batch of an epoch holds what is left over. Lesson 05 opens this box; here you drive it.
#
# - The **cost** is cross-entropy: small if the right kind got a high probability, and large if it got nearly none. Keras calls
#   it *loss*.
# - The **optimiser** makes steps out of the cost. Ours is Adam; its step size starts at 0.002 and shrinks along a cosine.
#
# **Your turn.** The step size shrinks to zero by the last step, so the optimiser must know how many steps there are: one for
# each batch. How many are they in ten epochs? Multiply it out; `math.ceil` rounds up.

# %%
steps = ...  # your turn

check("steps", steps)

# %% [markdown]
# Ten epochs take about ten seconds on two cores; the ■ button in the toolbar ends them sooner, and what was learnt stays. To
# begin anew, run from *Build it*. The network of lesson 00, of the same build, is right about 88 of 100. **Predict:** how
# much of that is there after the *first* epoch: 20, 50 or 80 of 100?
#
# Look where the dashed line of the accuracy begins, and whether that of the cost turns *upwards*.

# %%
steps_in_all = learning.steps(len(train_images), batch=128, epochs=10)
rate = keras.optimizers.schedules.CosineDecay(0.002, decay_steps=steps_in_all)
model.compile(
    optimizer=keras.optimizers.Adam(rate),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
    steps_per_execution=16,  # hands over 16 batches at once: sooner done, with the same result
)
history = model.fit(
    train_images,
    train_labels,
    validation_data=(val_images, val_labels),
    batch_size=128,
    epochs=10,
    verbose=0,
    callbacks=[learning.Progress()],
)

# %% tags=["nbval-ignore-output"] reason="the last digits of a training differ from processor to processor"
figures.curves(history.history)

# %% [markdown]
# <details><summary>What to see</summary>
#
# After one epoch it is right about more than 80 of 100. Both costs fall, ever more slowly. Validation even *starts*
# better: the training score of an epoch is an average over it, while the network is still learning; the validation score
# is taken at its end. At the end training is better: the network knows the pictures it has practised on a little better
# than new ones. As long as the validation cost does not *rise*, more training does no harm.
#
# </details>
#
# Now the test pictures, once:

# %%
_, accuracy = model.evaluate(data.test_images, data.test_labels, batch_size=1000, verbose=0)
usual = "as" if 0.87 <= accuracy <= 0.91 else "not as"
print(f"accuracy on the test pictures ≈ {accuracy:.1%}, {usual} usual for this network (87% to 91%)")

# %% [markdown] tags=["core"] reading=3 hands_on=4
# ## Find out where it is wrong
#
# Nearly nine in ten, and that one number hides everything interesting. The **confusion matrix** has a row for what a picture
# *is* and a column for what the network *calls* it; what is right stands on the diagonal. Its title names the most frequent
# mistake. Does that happen as often the other way round? And which kinds is the network hardly ever wrong about?

# %% tags=["nbval-ignore-output"] reason="the last digits of a training differ from processor to processor"
probabilities = model.predict(data.test_images, batch_size=1000, verbose=0)
guesses = probabilities.argmax(axis=1)
figures.confusion(data.test_labels, guesses, CLOTHES)

# %% [markdown]
# Are these mistakes *stupid*? Look at the pictures and decide whether you could have told them apart.

# %% tags=["nbval-ignore-output"] reason="the last digits of a training differ from processor to processor"
figures.confused_pictures(data.test_images, data.test_labels, guesses, CLOTHES)

# %% [markdown]
# It confuses what hangs side by side in a wardrobe: T-shirts, shirts, pullovers, coats. What tells them apart, a row of
# buttons or a collar, is hardly there in 28 × 28 pixels. Bags and trousers are safe. Whoever uses this model must know
# that: a shop may let it file trousers alone, and should look at its shirts.
#
# **Your turn.** Of the pictures that *are* shirts, how many does the network find? This is the **recall** of the class.
# Write it as a function: `truth` and `guesses` are arrays of class numbers, `kind` is a class number such as 6.

# %%
def recall(truth, guesses, kind):
    return ...  # your turn: a share from 0 to 1


check("recall", recall)

# %% [markdown] tags=["core"] reading=2 hands_on=1
# ## Publish it, and prove that it is the same
#
# A model in a notebook helps nobody. `publish` writes two things to Redis, each under its own SHA-256: the weights, and
# a **manifest** with the layers, the labels, how pictures become numbers, the score, and **golden vectors**: a few pictures with the
# answers *this very model* gave. Then it announces the version on the Kafka topic `models`.

# %% tags=["nbval-ignore-output"] reason="the version is a hash of the weights, and those differ in their last digits"
version = registry.publish(model, examples=data.test_images, metrics={"accuracy": round(accuracy, 4)})
print(f"published {version[:12]}")

# %% [markdown]
# Whoever loads it checks every hash, rebuilds the layers, and gives it the same pictures. One answer that differs, and it
# is refused: a scorer with the wrong model is worse than none. No pickle travels, for a pickled model can run any code on
# the machine that opens it: weights are plain arrays, layers a list from a short list of allowed kinds.
#
# Load it back as the scorer of lesson 11 will:

# %%
loaded = registry.load(version)
again = loaded.probabilities(data.test_images)
alike = np.isclose(again, probabilities, atol=1e-5).all(axis=1).sum()
print(f"the same answers, in all ten probabilities: {alike:,} of {len(again):,}")

# %% [markdown] tags=["extra"] reading=1 hands_on=1
# ## What the first layer looks at
#
# Each of the 128 neurons holds 784 weights, one a pixel, so they can be drawn as a picture. Light, from orange to
# cream, means *cloth here excites me*; dark, from blue to black, *cloth here calms me*; grey hardly counts. Most look like
# speckles; these twelve are the clearest. Some are dark on the left *and* on the right, where a pullover has its sleeves.

# %% tags=["nbval-ignore-output"] reason="the last digits of a training differ from processor to processor"
kernel, bias = model.layers[2].get_weights()  # the first Dense: Keras counts from 0, and leaves Input out
figures.weights(kernel)

# %% [markdown] tags=["extra"] reading=2 hands_on=2
# ## Learn by heart, on purpose
#
# Give a network three times the neurons and only 1,000 pictures, and let it look at them sixty times. What comes of it is
# called **over-fitting**. **Predict:** what happens to the training score, and what to the validation score?

# %%
crammer = keras.Sequential(
    [
        keras.Input((28, 28)),
        keras.layers.Rescaling(1 / 255),
        keras.layers.Flatten(),
        keras.layers.Dense(384, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
crammer.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"], steps_per_execution=8)
crammed = crammer.fit(
    train_images[:1000],
    train_labels[:1000],
    validation_data=(val_images[:2000], val_labels[:2000]),
    batch_size=32, epochs=60, verbose=0, callbacks=[learning.Progress()],
)
costs = crammed.history["val_loss"]
way = "and rose again" if costs[-1] > min(costs) else "and still falls"
print(f"the validation cost fell to ≈ {min(costs):.2f} {way}, to ≈ {costs[-1]:.2f}")

# %% tags=["nbval-ignore-output"] reason="the last digits of a training differ from processor to processor"
figures.curves(crammed.history)

# %% [markdown]
# <details><summary>Why the cost rises while the accuracy stays</summary>
#
# It has learnt the thousand pictures by heart, and has become *sure*. When it is wrong about a new picture it is now
# wrong with conviction, and cross-entropy punishes conviction. More data helps, fewer neurons help, and so does stopping
# where the dashed line is lowest.
#
# </details>

# %% [markdown] tags=["extra"] reading=2 hands_on=2
# ## Look at neighbourhoods: a convolutional network
#
# The dense network does not know that pixel 29 lies below pixel 1. A **convolution** slides a small window over the
# picture, with the same 3 × 3 weights everywhere: what it learns about a seam on the left holds on the right as well. With
# about as many parameters, will it do better?
#
# It trains in about a minute on two cores, and the workbook ships with weights for those who would rather not wait. To
# train it yourself, set `train_it` to `True`.

# %%
cnn = keras.Sequential(
    [
        keras.Input((28, 28)),
        keras.layers.Rescaling(1 / 255),
        keras.layers.Reshape((28, 28, 1)),
        keras.layers.Conv2D(16, 3, padding="same", activation="relu"),
        keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(32, 3, padding="same", activation="relu"),
        keras.layers.MaxPooling2D(),
        keras.layers.Flatten(),
        keras.layers.Dropout(0.25),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)

# %%
train_it = False

if train_it:
    cnn_rate = keras.optimizers.schedules.CosineDecay(0.003, learning.steps(50_000, epochs=8))
    cnn.compile(keras.optimizers.Adam(cnn_rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    cnn.fit(train_images, train_labels, batch_size=128, epochs=8, verbose=0, callbacks=[learning.Progress()])
else:
    cnn.set_weights(learning.shipped_weights())

cnn_guesses = cnn.predict(data.test_images, batch_size=1000, verbose=0).argmax(axis=1)
cnn_accuracy = (cnn_guesses == data.test_labels).mean()
better = "more" if cnn_accuracy > accuracy else "no more"
print(f"accuracy ≈ {cnn_accuracy:.1%}, {better} than the dense network's ≈ {accuracy:.1%}")
print(f"parameters: {cnn.count_params():,} against {model.count_params():,}")

# %% [markdown]
# Fewer mistakes: knowing that neighbours belong together is worth more than neurons that must
# find it out. (We have opened the test pictures a second time. That is allowed as long as nothing is *chosen* by it: both
# networks were finished before.)

# %% [markdown] tags=["core"] reading=1 hands_on=1
# ## Recap
#
# - Training pictures teach, validation pictures help you choose, test pictures are opened once.
# - A dense layer has inputs × neurons weights and one bias for each neuron; 784-128-10 has 101,770 parameters.
# - A batch is one step, an epoch one pass over the data; when the validation cost turns upwards, it learns by heart.
# - The confusion matrix shows *which* mistakes hide in one number: mostly shirts, seldom trousers.
# - A published model carries its hashes and its own answers, so that whoever loads it can prove that it is the same.
#
# **What went wrong for others.** Dividing by 255 twice, once before the model and once in it: the score falls to a
# guess, and nothing complains. Choosing the best of many trainings by their *test* score. Softmax left out, so that
# *logits* come out, with a loss that expects probabilities.
