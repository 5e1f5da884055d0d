# Two stages: packages are built from the hashed lock in the first, the second has no compiler, no pip cache and no root.
FROM python:3.11-slim AS build
WORKDIR /app
COPY requirements.lock pyproject.toml README.md LICENSE NOTICE ./
RUN python -m venv /opt/tongban && /opt/tongban/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN /opt/tongban/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

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
