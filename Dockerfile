FROM python:3.13-slim

# Everything but Spark. The cache of compiled loops is filled here, so that the first article waits for nothing.
ENV DEDUP_CACHE_DIR=/var/cache/dedup PYTHONUNBUFFERED=1
WORKDIR /src
COPY setup.cfg pyproject.toml README.md LICENSE ./
COPY dedup dedup
COPY samples samples
# hadolint ignore=DL3013
RUN pip install --no-cache-dir '.[all]' \
    && dedup scan samples/feed.jsonl -f text \
    && dedup filter < samples/feed.jsonl > /dev/null \
    && useradd --create-home --uid 1000 dedup \
    && mkdir /data \
    && chown -R dedup /data /var/cache/dedup

USER 1000
WORKDIR /data
EXPOSE 8000
ENTRYPOINT ["dedup"]
CMD ["--help"]
