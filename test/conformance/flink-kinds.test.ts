import { beforeAll, expect, test } from 'vitest';
import { forEachTarget } from './for-each-target.ts';
import { apply } from './gadget.ts';
import { createOperatorKinds, describeKind } from './operator-kinds.ts';
import { printJson, printOutcome } from './print-answer.ts';

forEachTarget("Flink's operator", (api) => {
  const deployments = describeKind(api, 'flink.apache.org', 'v1beta1', 'flinkdeployments', 'FlinkDeployment');
  const jobs = describeKind(api, 'flink.apache.org', 'v1beta1', 'flinksessionjobs', 'FlinkSessionJob');
  beforeAll(async () => {
    await createOperatorKinds(api, 'flink');
  }, 120_000);

  test('a FlinkDeployment', async () => {
    const spec = {
      image: 'flink:2.1',
      flinkVersion: 'v2_0',
      flinkConfiguration: { 'taskmanager.numberOfTaskSlots': '2' },
      serviceAccount: 'flink',
      jobManager: { replicas: 1, resource: { memory: '1g', cpu: 1 } },
      taskManager: { resource: { memory: '1g', cpu: 0.5 } },
      podTemplate: {
        spec: { containers: [{ name: 'flink-main-container', env: [{ name: 'A', value: 'b' }] }] },
      },
    };
    const answer = await apply(api, deployments.path(), 'sdp:demo', deployments.object('session', spec));
    expect(printOutcome(answer)).toMatchInlineSnapshot(`"201"`);
    expect(printJson(answer.body)).toMatchInlineSnapshot(`
      "{
        apiVersion: "flink.apache.org/v1beta1",
        kind: "FlinkDeployment",
        metadata: {
          creationTimestamp: "TIME",
          generation: 1,
          labels: { strimzi.io/cluster: "main" },
          managedFields: [
            {
              apiVersion: "flink.apache.org/v1beta1",
              fieldsType: "FieldsV1",
              fieldsV1: {
                f:metadata: { f:labels: { f:strimzi.io/cluster: {} } },
                f:spec: {
                  f:flinkConfiguration: { f:taskmanager.numberOfTaskSlots: {} },
                  f:flinkVersion: {},
                  f:image: {},
                  f:jobManager: { f:replicas: {}, f:resource: { f:cpu: {}, f:memory: {} } },
                  f:podTemplate: { f:spec: { f:containers: {} } },
                  f:serviceAccount: {},
                  f:taskManager: { f:resource: { f:cpu: {}, f:memory: {} } },
                },
              },
              manager: "sdp:demo",
              operation: "Apply",
              time: "TIME",
            },
          ],
          name: "session",
          namespace: "NAMESPACE",
          resourceVersion: "VERSION",
          uid: "UID",
        },
        spec: {
          flinkConfiguration: { taskmanager.numberOfTaskSlots: "2" },
          flinkVersion: "v2_0",
          image: "flink:2.1",
          jobManager: { replicas: 1, resource: { cpu: 1, memory: "1g" } },
          podTemplate: { spec: { containers: [{ env: [{ name: "A", value: "b" }], name: "flink-main-container" }] } },
          serviceAccount: "flink",
          taskManager: { resource: { cpu: 0.5, memory: "1g" } },
        },
      }"
    `);
  });

  test('FlinkDeployments that are wrong', async () => {
    const cases: object[] = [
      { flinkVersion: 'v0_1' },
      { mode: 'cloud', job: { upgradeMode: 'hope', parallelism: 'two', state: 'asleep' } },
      { jobManager: { replicas: 1.5, resource: { memory: 1, cpu: 'x' } }, flinkConfiguration: { a: 1 } },
      { imagePolicy: 'Always', logConfiguration: 'x' },
    ];
    const shown = [];
    for (const spec of cases)
      shown.push(printOutcome(await deployments.strictly(deployments.object('wrong', spec))));
    expect(shown.join('\n')).toMatchInlineSnapshot(`
      "422 Invalid
      FlinkDeployment.flink.apache.org "wrong" is invalid: 
      - FieldValueNotSupported spec.flinkVersion: Unsupported value: "v0_1": supported values: "v1_13", "v1_14", "v1_15", "v1_16", "v1_17", "v1_18", "v1_19", "v1_20", "v2_0", "v2_1", "v2_2"
      details: { group: "flink.apache.org", kind: "FlinkDeployment", name: "wrong" }
      422 Invalid
      FlinkDeployment.flink.apache.org "wrong" is invalid: 
      - FieldValueNotSupported spec.job.state: Unsupported value: "asleep": supported values: "running", "suspended"
      - FieldValueNotSupported spec.job.upgradeMode: Unsupported value: "hope": supported values: "last-state", "savepoint", "stateless"
      - FieldValueNotSupported spec.mode: Unsupported value: "cloud": supported values: "native", "standalone"
      - FieldValueTypeInvalid spec.job.parallelism: Invalid value: "string": spec.job.parallelism in body must be of type integer: "string"
      details: { group: "flink.apache.org", kind: "FlinkDeployment", name: "wrong" }
      422 Invalid
      FlinkDeployment.flink.apache.org "wrong" is invalid: 
      - FieldValueTypeInvalid spec.jobManager.replicas: Invalid value: "number": spec.jobManager.replicas in body must be of type integer: "number"
      - FieldValueTypeInvalid spec.jobManager.resource.cpu: Invalid value: "string": spec.jobManager.resource.cpu in body must be of type number: "string"
      - FieldValueTypeInvalid spec.jobManager.resource.memory: Invalid value: "integer": spec.jobManager.resource.memory in body must be of type string: "integer"
      details: { group: "flink.apache.org", kind: "FlinkDeployment", name: "wrong" }
      400 BadRequest
      FlinkDeployment in version "v1beta1" cannot be handled as a FlinkDeployment: strict decoding error: unknown field "spec.imagePolicy""
    `);
  });

  test('a FlinkSessionJob and its status by another door', async () => {
    const spec = {
      deploymentName: 'session',
      job: { entryClass: 'a.B', args: ['x'], parallelism: 2, upgradeMode: 'savepoint' },
    };
    const created = await apply(api, jobs.path(), 'sdp:demo', jobs.object('job', spec));
    expect(printOutcome(created)).toMatchInlineSnapshot(`"201"`);
    const status = { lifecycleState: 'STABLE', jobStatus: { state: 'RUNNING', jobId: 'x' }, unknown: true };
    const answer = await api.send('PATCH', `${jobs.path()}/job/status`, {
      type: 'application/merge-patch+json',
      body: { status },
      query: { fieldManager: 'operator' },
    });
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "200
      warning: unknown field "status.unknown""
    `);
    expect(printJson(answer.body)).toMatchInlineSnapshot(`
      "{
        apiVersion: "flink.apache.org/v1beta1",
        kind: "FlinkSessionJob",
        metadata: {
          creationTimestamp: "TIME",
          generation: 1,
          labels: { strimzi.io/cluster: "main" },
          managedFields: [
            {
              apiVersion: "flink.apache.org/v1beta1",
              fieldsType: "FieldsV1",
              fieldsV1: {
                f:metadata: { f:labels: { f:strimzi.io/cluster: {} } },
                f:spec: {
                  f:deploymentName: {},
                  f:job: { f:args: {}, f:entryClass: {}, f:parallelism: {}, f:upgradeMode: {} },
                },
              },
              manager: "sdp:demo",
              operation: "Apply",
              time: "TIME",
            },
            {
              apiVersion: "flink.apache.org/v1beta1",
              fieldsType: "FieldsV1",
              fieldsV1: {
                f:status: { .: {}, f:jobStatus: { .: {}, f:jobId: {}, f:state: {} }, f:lifecycleState: {} },
              },
              manager: "operator",
              operation: "Update",
              subresource: "status",
              time: "TIME",
            },
          ],
          name: "job",
          namespace: "NAMESPACE",
          resourceVersion: "VERSION",
          uid: "UID",
        },
        spec: {
          deploymentName: "session",
          job: { args: ["x"], entryClass: "a.B", parallelism: 2, upgradeMode: "savepoint" },
        },
        status: { jobStatus: { jobId: "x", state: "RUNNING" }, lifecycleState: "STABLE" },
      }"
    `);
  });
});
