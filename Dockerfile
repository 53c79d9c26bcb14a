# The web application of a workspace, for reading. Build: docker build -t dynapolis .
# Run: docker run -p 8000:8000 -v "$PWD/demo:/workspace" dynapolis
FROM python:3.11-slim
WORKDIR /app
COPY requirements/base.lock requirements/base.lock
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements/base.lock
COPY pyproject.toml README.md LICENSE ./
COPY src src
RUN pip install --no-cache-dir 'hatchling>=1.33,<2' && pip install --no-cache-dir --no-build-isolation --no-deps . \
    && useradd --create-home reader && mkdir /workspace && chown reader /workspace
USER reader
EXPOSE 8000
HEALTHCHECK CMD python -c "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=3)"
CMD ["dynapolis", "serve", "--host", "0.0.0.0", "--workers", "2", "--log", "-w", "/workspace"]
