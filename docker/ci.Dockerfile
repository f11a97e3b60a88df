# syntax=docker/dockerfile:1
# The image of pipelines: sdp with its provider, terraform, git, and what Java and Python projects are built with.
# In the folder of a release: docker build -f docker/ci.Dockerfile --build-arg SDP_VERSION=1.4.0 -t sdp-ci:1.4.0 .
FROM hashicorp/terraform:1.11.4 AS terraform
FROM node:20.20.2-bookworm-slim AS node
FROM maven:3.9.9-eclipse-temurin-17 AS maven

FROM python:3.11.14-slim-bookworm
SHELL ["/bin/bash", "-o", "pipefail", "-c"]

# Debian signs its packages, and keeps no earlier version of one.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates curl git jq \
  && rm -rf /var/lib/apt/lists/*

COPY --from=terraform /bin/terraform /usr/local/bin/terraform
COPY --from=maven /opt/java/openjdk /opt/java/openjdk
COPY --from=maven /usr/share/maven /usr/share/maven
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
ENV JAVA_HOME=/opt/java/openjdk \
    PATH=/opt/java/openjdk/bin:$PATH
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
  && ln -s ../../share/maven/bin/mvn /usr/local/bin/mvn

COPY docker/ci-requirements.txt /opt/sdp/ci-requirements.txt
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes --requirement /opt/sdp/ci-requirements.txt

ARG SDP_VERSION
COPY SHA256SUMS sdp-${SDP_VERSION}.tgz /opt/sdp/
COPY mirror /opt/sdp/mirror
COPY docker/terraformrc /opt/sdp/terraformrc
WORKDIR /opt/sdp
RUN grep -E '  (sdp-.*\.tgz|mirror/.*)$' SHA256SUMS | sha256sum --check --quiet \
  && npm install --global --omit=dev --no-audit --no-fund "./sdp-${SDP_VERSION}.tgz" \
  && rm -rf "sdp-${SDP_VERSION}.tgz" /root/.npm \
  && sdp --version
ENV TF_CLI_CONFIG_FILE=/opt/sdp/terraformrc

RUN useradd --uid 10001 --create-home sdp
USER 10001
WORKDIR /home/sdp
# Flink's planner, which "sdp validate" asks, is there before the first pipeline.
RUN sdp new terraform-project warm --first-job && sdp validate --chdir warm && rm -r warm
