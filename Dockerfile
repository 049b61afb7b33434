# The workbook in a container, Java and Kafka's jars included: `lab compose jupyter`, then `docker compose up`.
FROM python:3.12.14-slim-bookworm

RUN useradd --create-home --uid 1000 lab
USER lab
WORKDIR /home/lab/workbook

ENV PATH=/home/lab/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

# what changes rarely comes first: an edited lesson does not install TensorFlow again
COPY --chown=lab requirements.txt ./
RUN python -m venv /home/lab/.venv \
    && pip install --require-hashes --only-binary :all: -r requirements.txt

COPY --chown=lab . ./
RUN pip install --no-deps --no-build-isolation --editable . \
    && mkdir -p work \
    && lab setup

EXPOSE 8888
# setup again: a newer image lays its new notebooks beside the edited ones that the volume keeps
CMD ["sh", "-c", "lab setup && exec python -m helpers.services.container"]
