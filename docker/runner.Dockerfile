# syntax=docker/dockerfile:1
# Nothing but the runner's jar, for images of Flink that have none: an init container of each pod copies it (runner_image).
# In the folder of a release: docker build -f docker/runner.Dockerfile --build-arg SDP_VERSION=1.4.0 -t sdp-runner:1.4.0-flink-2.2 .
# With --build-arg FLINK_VERSION=1.20 it is that for Flink 1.20.
FROM busybox:1.37.0
ARG FLINK_VERSION=2.2
ARG SDP_VERSION
COPY jars/sdp-runner-${SDP_VERSION}-flink-${FLINK_VERSION}.jar /sdp-runner.jar
USER 9999
