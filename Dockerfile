# One container with the program and its schedule; all that it keeps is in the volume.
#
#     buildah build -t diplonews .
#     podman run --read-only --tmpfs /tmp --volume diplonews:/var/lib/diplonews \
#         --env DIPLONEWS_CONTACT=you@example.org diplonews
#
# A command by hand: podman exec <container> scrapy status. BASE is a Debian with Python 3.11 or newer.
ARG BASE=docker.io/library/python:3.11-slim-bookworm
FROM ${BASE}

RUN useradd --system --home-dir /var/lib/diplonews --shell /usr/sbin/nologin diplonews \
    && install -d -o diplonews -g diplonews /var/lib/diplonews
WORKDIR /opt/diplonews

# The packages first: they change less often than the program does.
COPY requirements.lock .
RUN python3 -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --quiet --require-hashes -r requirements.lock
COPY pyproject.toml scrapy.cfg README.md LICENSE ./
COPY diplonews diplonews
COPY deploy/schedule deploy/schedule
RUN .venv/bin/pip install --no-cache-dir --quiet --no-deps --no-build-isolation --editable . \
    && .venv/bin/python -m compileall -q diplonews

ENV PATH=/opt/diplonews/.venv/bin:$PATH DIPLONEWS_VAR=/var/lib/diplonews PYTHONUNBUFFERED=1
USER diplonews
VOLUME /var/lib/diplonews
CMD ["deploy/schedule"]
