# syntax=docker/dockerfile:1
# Flink as jobs of sdp need it: the runner, Kafka's connector, the S3 file system, and Python 3.11 with PyFlink.
# In the folder of a release: docker build -f docker/flink.Dockerfile --build-arg SDP_VERSION=1.4.0 -t sdp-flink:2.2.0-1.4.0 .
FROM ghcr.io/astral-sh/uv:0.13.9 AS uv

FROM maven:3.9.9-eclipse-temurin-17 AS connectors
WORKDIR /connectors
COPY docker/flink-connectors.sha256 ./
RUN mvn --batch-mode --quiet --strict-checksums org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
      -Dartifact=org.apache.flink:flink-sql-connector-kafka:5.0.0-2.2 -DoutputDirectory=/connectors \
  && sha256sum --check --strict flink-connectors.sha256

FROM flink:2.2.0-java17 AS python
COPY --from=uv /uv /usr/local/bin/uv
# Ubuntu signs its packages, and keeps no earlier version of one. Some of what PyFlink needs is compiled.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends gcc libc6-dev \
  && rm -rf /var/lib/apt/lists/*
COPY docker/flink-requirements.txt /tmp/flink-requirements.txt
# Without apache-flink-libraries, which is the Flink that the image has.
RUN uv python install --install-dir /opt/python 3.11.14 \
  && uv venv --python "$(echo /opt/python/cpython-3.11.14-*/bin/python3.11)" /opt/pyflink \
  && uv pip install --python /opt/pyflink/bin/python --no-cache --no-deps --require-hashes --requirement /tmp/flink-requirements.txt \
  && /opt/pyflink/bin/python -c 'import pyflink.fn_execution.beam.beam_sdk_worker_main, pyflink.table, pyflink.datastream'

FROM flink:2.2.0-java17
COPY --from=python /opt/python /opt/python
COPY --from=python /opt/pyflink /opt/pyflink
ENV PATH=/opt/pyflink/bin:$PATH
COPY --from=connectors --chown=flink:flink /connectors/*.jar /opt/flink/lib/
ARG SDP_VERSION
COPY --chown=flink:flink jars/sdp-runner-${SDP_VERSION}.jar /opt/flink/lib/sdp-runner.jar
RUN mkdir -p /opt/flink/plugins/s3-fs-hadoop \
  && cp /opt/flink/opt/flink-s3-fs-hadoop-2.2.0.jar /opt/flink/plugins/s3-fs-hadoop/ \
  && cp /opt/flink/opt/flink-python-2.2.0.jar /opt/flink/lib/ \
  && chown -R flink:flink /opt/flink/plugins/s3-fs-hadoop /opt/flink/lib/flink-python-2.2.0.jar
# The user flink of the image.
USER 9999
