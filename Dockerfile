# Two stages: the first fetches what the lock names, by hash, and installs what running needs of it (no test packages);
# the second has no compiler, no pip cache and no root.
FROM python:3.11-slim AS build
WORKDIR /app
COPY requirements.lock ./
RUN pip download --no-cache-dir --require-hashes -r requirements.lock -d /wheels
COPY . .
RUN python -m venv /opt/tongban && PIP_NO_INDEX=1 PIP_FIND_LINKS=/wheels /opt/tongban/bin/pip install --no-cache-dir .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --create-home tongban && install -d -o tongban /data
COPY --from=build /opt/tongban /opt/tongban
USER 10001
ENV PATH=/opt/tongban/bin:$PATH PYTHONUNBUFFERED=1 TONGBAN_DATA_DIR=/data TONGBAN_HOST=0.0.0.0
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=2)"]
CMD ["tongban", "serve"]
