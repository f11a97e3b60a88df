import { describe, expect, it } from 'vitest';
import { adviseOn } from './api-advice.ts';
import { fromAnswer } from './api-failure.ts';

/**
 * Answers as kube-apiserver writes them: admission (`plugin/pkg/admission/resourcequota`, `pkg/admission/plugin/webhook/errors`,
 * `plugin/policy/validating`), validation (`pkg/apis/core/validation`), the limits of request and storage.
 */
const topic = 'kafkatopics.kafka.strimzi.io "orders" is forbidden';
const cases: readonly [string, number, string, string, RegExp][] = [
  [
    'a webhook that denies, as controller-runtime answers',
    403,
    'Forbidden',
    'admission webhook "validate.kyverno.svc-fail" denied the request: \n\nresource KafkaTopic/orders-tst/orders was blocked due to the following policies \n\ntopic-names:\n  prefix: \'validation error: topics begin with the name of the team\'',
    /^The admission webhook validate\.kyverno\.svc-fail refuses it, not Kubernetes: change what it names/,
  ],
  [
    'a webhook that denies without a code',
    400,
    '',
    'admission webhook "flinkoperator.flink.apache.org" denied the request without explanation',
    /^The admission webhook flinkoperator\.flink\.apache\.org refuses it/,
  ],
  [
    "a policy of the cluster's",
    422,
    'Invalid',
    "The kafkatopics \"orders\" is invalid: : ValidatingAdmissionPolicy 'topics.example.com' with binding 'tst' denied request: failed expression: object.spec.partitions <= 12",
    /^A rule of the cluster refuses it.*kubectl get validatingadmissionpolicy topics\.example\.com -o yaml/,
  ],
  [
    'an operator that is down',
    500,
    'InternalError',
    'Internal error occurred: failed calling webhook "flinkoperator.flink.apache.org": failed to call webhook: Post "https://flink-operator-webhook-service.flink.svc:443/validate?timeout=10s": no endpoints available for service "flink-operator-webhook-service"',
    /^The object is not refused: the admission webhook flinkoperator\.flink\.apache\.org did not answer\. Its operator is down.*run again\.$/,
  ],
  [
    "a webhook's certificate that has expired",
    500,
    'InternalError',
    'Internal error occurred: failed calling webhook "flinkoperator.flink.apache.org": failed to call webhook: Post "https://flink-operator-webhook-service.flink.svc:443/validate?timeout=10s": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-28T12:00:00Z is after 2026-11-27T09:00:00Z',
    /Its certificate has expired: have its operator renew it/,
  ],
  [
    "a webhook's certificate of another authority",
    500,
    'InternalError',
    'Internal error occurred: failed calling webhook "x.example.com": failed to call webhook: Post "https://x.x.svc:443/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    /caBundle of the webhook configuration/,
  ],
  [
    'a webhook that hangs',
    500,
    'InternalError',
    'Internal error occurred: failed calling webhook "x.example.com": failed to call webhook: Post "https://x.x.svc:443/?timeout=10s": context deadline exceeded',
    /network policy or firewall keeps the control plane from it/,
  ],
  [
    'a conversion that fails',
    500,
    'InternalError',
    'conversion webhook for kafka.strimzi.io/v1beta2, Kind=KafkaTopic failed: Post "https://strimzi-conversion.kafka.svc:443/convert?timeout=30s": dial tcp 10.96.4.5:443: connect: connection refused',
    /^The object is not refused: the webhook that converts it between versions did not answer\. Its operator is down/,
  ],
  [
    'a quota that is used up',
    403,
    'Forbidden',
    `${topic}: exceeded quota: team, requested: count/kafkatopics.kafka.strimzi.io=1, used: count/kafkatopics.kafka.strimzi.io=500, limited: count/kafkatopics.kafka.strimzi.io=500`,
    /^The namespace's ResourceQuota team is used up\. Delete.*kubectl describe resourcequota team.*ask for more/,
  ],
  [
    'a quota that wants limits',
    403,
    'Forbidden',
    'pods "flink-1" is forbidden: failed quota: team: must specify limits.memory for: flink; requests.cpu for: flink',
    /^The ResourceQuota team takes only objects that say limits\.memory.*LimitRange/,
  ],
  [
    'a namespace that is going',
    403,
    'Forbidden',
    'configmaps "orders-1" is forbidden: unable to create new content in namespace orders-tst because it is being terminated',
    /^The namespace is being deleted/,
  ],
  [
    'an object above the limit of requests',
    413,
    'RequestEntityTooLarge',
    'Request entity too large: limit is 3145728',
    /^An object may have about 1\.5 MiB, a ConfigMap 1 MiB/,
  ],
  [
    'an object above that of etcd',
    500,
    '',
    'etcdserver: request is too large',
    /^An object may have about 1\.5 MiB/,
  ],
  [
    "an object above that of etcd's client",
    500,
    '',
    'rpc error: code = ResourceExhausted desc = trying to send message larger than max (2240108 vs. 2097152)',
    /^An object may have about 1\.5 MiB/,
  ],
  [
    'a ConfigMap that is too large',
    422,
    'Invalid',
    'ConfigMap "orders-1" is invalid: []: Too long: may not be more than 1048576 bytes',
    /a ConfigMap 1 MiB.*bring what is large as a file that it names/,
  ],
  [
    'annotations that are too long',
    422,
    'Invalid',
    'FlinkSessionJob.flink.apache.org "totals" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes',
    /256 KiB.*last-applied-configuration/,
  ],
  [
    'a missing right',
    403,
    'Forbidden',
    `${topic}: User "system:serviceaccount:orders-tst:viewer" cannot patch resource "kafkatopics" in API group "kafka.strimzi.io" in the namespace "orders-tst"`,
    /ask for a role that may\. "sdp doctor --cluster" lists what is missing/,
  ],
];

describe('an answer is put beside what to do about it', () => {
  it.each(cases)('%s', (_what, code, reason, message, advice) => {
    const body = JSON.stringify({
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      code,
      reason,
      message,
    });
    const error = fromAnswer(code, body, 'PATCH /x');
    expect(error.message).toContain(message);
    expect(adviseOn(error)).toMatch(advice);
  });
});
