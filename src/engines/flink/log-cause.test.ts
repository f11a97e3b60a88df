import { expect, it } from 'vitest';
import { findCauseInLog } from './log-cause.ts';

/** Recorded from Flink 2.2.0, most lines left out. */
const start = '2026-11-26 18:58:52,001 INFO  ClusterEntrypoint - Starting StandaloneSessionClusterEntrypoint';
const failure = `2026-11-26 18:58:54,412 INFO  PekkoRpcService - Stopped Pekko RPC service.
2026-11-26 18:58:54,412 ERROR ClusterEntrypoint - Could not start cluster entrypoint StandaloneSessionClusterEntrypoint.
org.apache.flink.runtime.entrypoint.ClusterEntrypointException: Failed to initialize the cluster entrypoint StandaloneSessionClusterEntrypoint.
\tat org.apache.flink.runtime.entrypoint.ClusterEntrypoint.startCluster(ClusterEntrypoint.java:259) ~[flink-dist-2.2.0.jar:2.2.0]
Caused by: org.apache.flink.util.FlinkException: Could not create the DispatcherResourceManagerComponent.
\tat org.apache.flink.runtime.entrypoint.ClusterEntrypoint.runCluster(ClusterEntrypoint.java:294) ~[flink-dist-2.2.0.jar:2.2.0]
\t... 2 more
Caused by: java.net.BindException: Could not start rest endpoint on any port in port range 28081
\tat org.apache.flink.runtime.rest.RestServerEndpoint.start(RestServerEndpoint.java:291) ~[flink-dist-2.2.0.jar:2.2.0]
\t... 2 more`.split('\n');
const shutdown =
  '2026-11-26 18:58:55,001 INFO  ClusterEntrypoint - Shutting StandaloneSessionClusterEntrypoint down with application status UNKNOWN.';

it('finds the cause of the last error, whatever is logged after it', () => {
  const cause = /BindException: Could not start rest endpoint on any port in port range 28081/;
  expect(findCauseInLog([start, ...failure, shutdown])).toMatch(cause);
  expect(findCauseInLog([start, ...failure])).toMatch(cause);
});

it('finds none in a log without one', () => {
  expect(findCauseInLog([start, shutdown])).toBeUndefined();
  expect(findCauseInLog(['Error: Could not find or load main class X'])).toBeUndefined();
});
