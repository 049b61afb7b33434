# The workbook in a container, Java and Kafka's jars included: `lab compose jupyter`, `docker compose up --detach --wait`.
FROM python:3.12.14-slim-bookworm

RUN useradd --create-home --uid 1000 lab
USER lab
WORKDIR /home/lab/workbook

ENV PATH=/home/lab/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

# what changes rarely first: an edited lesson does not install TensorFlow again
COPY --chown=lab requirements.txt ./
RUN python -m venv /home/lab/.venv \
    && pip install --require-hashes --only-binary :all: -r requirements.txt

COPY --chown=lab . ./
RUN pip install --no-deps --no-build-isolation --editable . \
    && lab setup \
    && mkdir -p work

EXPOSE 8888
# Inside a container 127.0.0.1 is the container itself, so JupyterLab listens on all of its addresses;
# docker-compose.yml publishes the port on this machine's 127.0.0.1 alone.
CMD ["jupyter", "lab", "--ip=0.0.0.0", "--port=8888", "--no-browser", "--ServerApp.root_dir=work"]
