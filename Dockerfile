# One container with the program and its schedule; all that it keeps is in the volume.
#
#     buildah build -t diplonews .
#     podman run --detach --name diplonews --read-only --volume diplonews:/var/lib/diplonews \
#         --env DIPLONEWS_CONTACT=you@example.org diplonews
#
# A command by hand: podman exec diplonews scrapy status. BASE is a Debian with Python 3.11 or newer.
ARG BASE=docker.io/library/python:3.11-slim-bookworm
FROM ${BASE}

# The user's number stays the same whatever the base: the volume's files belong to it.
RUN useradd --system --uid 10001 --user-group --home-dir /var/lib/diplonews --shell /usr/sbin/nologin diplonews \
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

# SQLite sorts in files, and the volume is the only place that is certain to be writable.
ENV PATH=/opt/diplonews/.venv/bin:$PATH DIPLONEWS_VAR=/var/lib/diplonews \
    TMPDIR=/var/lib/diplonews PYTHONUNBUFFERED=1
USER 10001
VOLUME /var/lib/diplonews
CMD ["deploy/schedule"]
