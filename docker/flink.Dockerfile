# syntax=docker/dockerfile:1
# Flink as jobs of sdp need it: the runner, Kafka's connector, the S3 file system, and Python 3.11 with PyFlink.
# In the folder of a release: docker build -f docker/flink.Dockerfile --build-arg SDP_VERSION=1.4.0 -t sdp-flink:2.2.0-1.4.0 .
# With --build-arg FLINK_VERSION=1.20 it is Flink 1.20.
ARG FLINK_VERSION=2.2
FROM flink:2.2.0-java17 AS flink-2.2
FROM flink:1.20.3-java17 AS flink-1.20
FROM ghcr.io/astral-sh/uv:0.13.9 AS uv

FROM maven:3.9.9-eclipse-temurin-17 AS maven

FROM maven AS connectors-2.2
WORKDIR /connectors
COPY docker/flink-2.2-connectors.sha256 ./
RUN mvn --batch-mode --quiet --strict-checksums org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
      -Dartifact=org.apache.flink:flink-sql-connector-kafka:5.0.0-2.2 -DoutputDirectory=/connectors \
  && sha256sum --check --strict flink-2.2-connectors.sha256

FROM maven AS connectors-1.20
WORKDIR /connectors
RUN mvn --batch-mode --quiet --strict-checksums org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
      -Dartifact=org.apache.flink:flink-sql-connector-kafka:3.4.0-1.20 -DoutputDirectory=/connectors

FROM connectors-${FLINK_VERSION} AS connectors

FROM flink-${FLINK_VERSION} AS python
ARG FLINK_VERSION
COPY --from=uv /uv /usr/local/bin/uv
# Ubuntu signs its packages, and keeps no earlier version of one. Some of what PyFlink needs is compiled.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends gcc libc6-dev \
  && rm -rf /var/lib/apt/lists/*
COPY docker/flink-${FLINK_VERSION}-requirements.txt /tmp/flink-requirements.txt
# Without apache-flink-libraries, which is the Flink that the image has.
RUN uv python install --install-dir /opt/python 3.11.14 \
  && uv venv --python "$(echo /opt/python/cpython-3.11.14-*/bin/python3.11)" /opt/pyflink \
  && uv pip install --python /opt/pyflink/bin/python --no-cache --no-deps --require-hashes --requirement /tmp/flink-requirements.txt \
  && /opt/pyflink/bin/python -c 'import pyflink.fn_execution.beam.beam_sdk_worker_main, pyflink.table, pyflink.datastream'

FROM flink-${FLINK_VERSION}
ARG FLINK_VERSION
ARG SDP_VERSION
COPY --from=python /opt/python /opt/python
COPY --from=python /opt/pyflink /opt/pyflink
ENV PATH=/opt/pyflink/bin:$PATH
COPY --from=connectors --chown=flink:flink /connectors/*.jar /opt/flink/lib/
COPY --chown=flink:flink jars/sdp-runner-${SDP_VERSION}-flink-${FLINK_VERSION}.jar /opt/flink/lib/sdp-runner.jar
# Session jobs have the runner from lib, a job with a cluster of its own names it in usrlib.
RUN mkdir -p /opt/flink/plugins/s3-fs-hadoop /opt/flink/usrlib \
  && ln -s /opt/flink/lib/sdp-runner.jar /opt/flink/usrlib/sdp-runner.jar \
  && cp /opt/flink/opt/flink-s3-fs-hadoop-*.jar /opt/flink/plugins/s3-fs-hadoop/ \
  && cp /opt/flink/opt/flink-python-*.jar /opt/flink/lib/ \
  && chown -R flink:flink /opt/flink/plugins/s3-fs-hadoop /opt/flink/usrlib /opt/flink/lib
# The user flink of the image.
USER 9999
