# syntax=docker/dockerfile:1

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/emdia
WORKDIR /src
# The libraries first: they change less often than the program, and the layer is kept.
COPY constraints.txt pyproject.toml ./
RUN mkdir -p bot locales && touch bot/__init__.py \
  && /opt/emdia/bin/pip install -q -c constraints.txt ".[postgres,fast,github]" \
  && /opt/emdia/bin/pip uninstall -q -y emdia
COPY bot bot
COPY locales locales
RUN /opt/emdia/bin/pip install -q --no-deps .

FROM python:3.11-slim
# The process is its own first one: it stops on SIGTERM and leaves no children behind.
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin emdia \
  && install -d -o emdia -g emdia -m 0750 /data
COPY --from=build /opt/emdia /opt/emdia
ENV PATH=/opt/emdia/bin:$PATH \
  PYTHONUNBUFFERED=1 \
  EMDIA_DATA_DIR=/data \
  EMDIA_HOST=0.0.0.0 \
  EMDIA_PORT=8080 \
  EMDIA_LOG_FORMAT=json
USER emdia
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['EMDIA_PORT'] + '/healthz', timeout=4)"]
CMD ["emdia", "run"]
