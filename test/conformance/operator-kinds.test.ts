import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { upstreamFolder } from '../../src/kinds/testing/upstream-crds.ts';
import { type Answer, waitFor } from './connect.ts';
import { differs } from './differences.ts';
import { forEachTarget } from './for-each-target.ts';
import { apply } from './gadget.ts';
import { printJson, printOutcome } from './print-answer.ts';

interface Definition {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly names: { readonly plural: string };
    readonly versions: readonly { readonly name: string }[];
  };
}

function readDefinitions(): Definition[] {
  return readdirSync(upstreamFolder)
    .map((name) => join(upstreamFolder, name))
    .filter((path) => statSync(path).isDirectory())
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((path) => /\.ya?ml$/u.test(path))
    .map((path) => parse(readFileSync(path, 'utf8')) as Definition);
}

/** The definitions that Strimzi, Flink's operator and Prometheus' operator ship, and objects as users write them. */
forEachTarget('kinds of operators', (api) => {
  const definitions = readDefinitions();
  const outcomes: string[] = [];

  beforeAll(async () => {
    for (const definition of definitions) {
      outcomes.push(
        `${definition.metadata.name} ${printOutcome(await api.createDefinition({ ...definition }))}`,
      );
    }
    for (const { spec } of definitions) {
      const path = `/apis/${spec.group}/${spec.versions[0]?.name}/namespaces/${api.namespace}/${spec.names.plural}`;
      await waitFor(path, async () => (await api.send('GET', path)).code === 200);
    }
  }, 120_000);

  const pathOf = (plural: string, version: string, group: string): string =>
    `/apis/${group}/${version}/namespaces/${api.namespace}/${plural}`;
  const TOPICS = (): string => pathOf('kafkatopics', 'v1', 'kafka.strimzi.io');
  const CONNECTS = (): string => pathOf('kafkaconnects', 'v1', 'kafka.strimzi.io');
  const CONNECTORS = (): string => pathOf('kafkaconnectors', 'v1', 'kafka.strimzi.io');
  const DEPLOYMENTS = (): string => pathOf('flinkdeployments', 'v1beta1', 'flink.apache.org');
  const JOBS = (): string => pathOf('flinksessionjobs', 'v1beta1', 'flink.apache.org');

  const object = (apiVersion: string, kind: string, name: string, spec: unknown, status?: unknown) => ({
    apiVersion,
    kind,
    metadata: { name, labels: { 'strimzi.io/cluster': 'main' } },
    spec,
    ...(status === undefined ? {} : { status }),
  });
  const topic = (name: string, spec: unknown) => object('kafka.strimzi.io/v1', 'KafkaTopic', name, spec);
  const connect = (name: string, spec: unknown) => object('kafka.strimzi.io/v1', 'KafkaConnect', name, spec);
  const connector = (name: string, spec: unknown) =>
    object('kafka.strimzi.io/v1', 'KafkaConnector', name, spec);
  const deployment = (name: string, spec: unknown) =>
    object('flink.apache.org/v1beta1', 'FlinkDeployment', name, spec);
  const job = (name: string, spec: unknown) =>
    object('flink.apache.org/v1beta1', 'FlinkSessionJob', name, spec);
  const strictly = (path: string, body: object): Promise<Answer> =>
    api.send('POST', path, { body, query: { fieldValidation: 'Strict', dryRun: 'All' } });
  const leniently = (path: string, body: object): Promise<Answer> =>
    api.send('POST', path, { body, query: { dryRun: 'All' } });

  test('every definition is taken', () => {
    expect(definitions.length).toBeGreaterThan(10);
    // What is said of rules that are not evaluated is looked at in another test.
    const codes = outcomes.map((outcome) => outcome.split('\n')[0]);
    expect(codes.filter((line) => !line?.endsWith(' 201'))).toEqual([]);
  });

  test('a KafkaTopic', async () => {
    const spec = {
      partitions: 3,
      replicas: 1,
      config: { 'retention.ms': 1000, 'cleanup.policy': 'compact' },
    };
    const answer = await apply(api, TOPICS(), 'sdp:demo', topic('prices', spec));
    expect(printOutcome(answer)).toMatchInlineSnapshot(`"201"`);
    expect(printJson(answer.body)).toMatchInlineSnapshot(`
      "{
        apiVersion: "kafka.strimzi.io/v1",
        kind: "KafkaTopic",
        metadata: {
          creationTimestamp: "TIME",
          generation: 1,
          labels: { strimzi.io/cluster: "main" },
          managedFields: [
            {
              apiVersion: "kafka.strimzi.io/v1",
              fieldsType: "FieldsV1",
              fieldsV1: {
                f:metadata: { f:labels: { f:strimzi.io/cluster: {} } },
                f:spec: {
                  f:config: { f:cleanup.policy: {}, f:retention.ms: {} },
                  f:partitions: {},
                  f:replicas: {},
                },
              },
              manager: "sdp:demo",
              operation: "Apply",
              time: "TIME",
            },
          ],
          name: "prices",
          namespace: "NAMESPACE",
          resourceVersion: "VERSION",
          uid: "UID",
        },
        spec: { config: { cleanup.policy: "compact", retention.ms: 1000 }, partitions: 3, replicas: 1 },
      }"
    `);
  });

  test('KafkaTopics that are wrong', async () => {
    const cases: object[] = [
      { partitions: 0 },
      { partitions: '3' },
      { partitions: 1.5, replicas: 40_000 },
      { partitions: 1, partition: 2 },
      { config: [] },
      { topicName: 5 },
    ];
    const shown = [];
    for (const spec of cases) shown.push(printOutcome(await strictly(TOPICS(), topic('wrong', spec))));
    expect(shown.join('\n')).toMatchInlineSnapshot(`
      "422 Invalid
      KafkaTopic.kafka.strimzi.io "wrong" is invalid: 
      - FieldValueInvalid spec.partitions: Invalid value: 0: spec.partitions in body should be greater than or equal to 1
      details: { group: "kafka.strimzi.io", kind: "KafkaTopic", name: "wrong" }
      422 Invalid
      KafkaTopic.kafka.strimzi.io "wrong" is invalid: 
      - FieldValueTypeInvalid spec.partitions: Invalid value: "string": spec.partitions in body must be of type integer: "string"
      details: { group: "kafka.strimzi.io", kind: "KafkaTopic", name: "wrong" }
      422 Invalid
      KafkaTopic.kafka.strimzi.io "wrong" is invalid: 
      - FieldValueInvalid spec.replicas: Invalid value: 40000: spec.replicas in body should be less than or equal to 32767
      - FieldValueTypeInvalid spec.partitions: Invalid value: "number": spec.partitions in body must be of type integer: "number"
      details: { group: "kafka.strimzi.io", kind: "KafkaTopic", name: "wrong" }
      400 BadRequest
      KafkaTopic in version "v1" cannot be handled as a KafkaTopic: strict decoding error: unknown field "spec.partition"
      422 Invalid
      KafkaTopic.kafka.strimzi.io "wrong" is invalid: 
      - FieldValueTypeInvalid spec.config: Invalid value: "array": spec.config in body must be of type object: "array"
      details: { group: "kafka.strimzi.io", kind: "KafkaTopic", name: "wrong" }
      422 Invalid
      KafkaTopic.kafka.strimzi.io "wrong" is invalid: 
      - FieldValueTypeInvalid spec.topicName: Invalid value: "integer": spec.topicName in body must be of type string: "integer"
      details: { group: "kafka.strimzi.io", kind: "KafkaTopic", name: "wrong" }"
    `);
  });

  test('a KafkaTopic without a spec, and with spec {} after partitions', async () => {
    expect(printOutcome(await leniently(TOPICS(), topic('none', undefined)))).toMatchInlineSnapshot(`
      "422 Invalid
      KafkaTopic.kafka.strimzi.io "none" is invalid: 
      - FieldValueRequired spec: Required value
      details: { group: "kafka.strimzi.io", kind: "KafkaTopic", name: "none" }"
    `);
    expect(printOutcome(await leniently(TOPICS(), topic('none', null)))).toMatchInlineSnapshot(`
      "422 Invalid
      KafkaTopic.kafka.strimzi.io "none" is invalid: 
      - FieldValueRequired spec: Required value
      details: { group: "kafka.strimzi.io", kind: "KafkaTopic", name: "none" }"
    `);
    await apply(api, TOPICS(), 'a', topic('partitions', { partitions: 1 }));
    const answer = await apply(api, TOPICS(), 'a', topic('partitions', {}));
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "422 Invalid
      KafkaTopic.kafka.strimzi.io "partitions" is invalid: 
      - FieldValueTypeInvalid spec: Invalid value: "null": spec in body must be of type object: "null"
      details: { group: "kafka.strimzi.io", kind: "KafkaTopic", name: "partitions" }"
    `);
    expect(printJson(answer.body['spec'])).toMatchInlineSnapshot(`"undefined"`);
  });

  test('spec {} by the applier of partitions while another owns replicas', async () => {
    await apply(api, TOPICS(), 'a', topic('shared', { partitions: 1 }));
    await apply(api, TOPICS(), 'b', topic('shared', { replicas: 1 }));
    const answer = await apply(api, TOPICS(), 'a', topic('shared', {}));
    expect(printOutcome(answer)).toMatchInlineSnapshot(`"200"`);
    expect(printJson(answer.body['spec'])).toMatchInlineSnapshot(`"{ replicas: 1 }"`);
  });

  test('spec {} by the only applier of an updated topic', async () => {
    await api.send('POST', TOPICS(), { body: topic('posted', {}), query: { fieldManager: 'creator' } });
    await apply(api, TOPICS(), 'a', topic('posted', { partitions: 2 }));
    const answer = await apply(api, TOPICS(), 'a', topic('posted', {}));
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "422 Invalid
      KafkaTopic.kafka.strimzi.io "posted" is invalid: 
      - FieldValueTypeInvalid spec: Invalid value: "null": spec in body must be of type object: "null"
      details: { group: "kafka.strimzi.io", kind: "KafkaTopic", name: "posted" }"
    `);
    expect(printJson(answer.body['spec'])).toMatchInlineSnapshot(`"undefined"`);
  });

  test('a KafkaConnect', async () => {
    const spec = {
      version: '4.1.0',
      replicas: 1,
      bootstrapServers: 'main-kafka-bootstrap:9092',
      groupId: 'connect',
      configStorageTopic: 'connect-config',
      offsetStorageTopic: 'connect-offsets',
      statusStorageTopic: 'connect-status',
      config: { 'key.converter': 'org.apache.kafka.connect.json.JsonConverter' },
      resources: { requests: { cpu: '500m', memory: '1Gi' } },
      template: { pod: { metadata: { labels: { team: 'x' } } } },
    };
    const answer = await apply(api, CONNECTS(), 'sdp:demo', connect('connect', spec));
    expect(printOutcome(answer)).toMatchInlineSnapshot(`"201"`);
    expect(printJson(answer.body)).toMatchInlineSnapshot(`
      "{
        apiVersion: "kafka.strimzi.io/v1",
        kind: "KafkaConnect",
        metadata: {
          creationTimestamp: "TIME",
          generation: 1,
          labels: { strimzi.io/cluster: "main" },
          managedFields: [
            {
              apiVersion: "kafka.strimzi.io/v1",
              fieldsType: "FieldsV1",
              fieldsV1: {
                f:metadata: { f:labels: { f:strimzi.io/cluster: {} } },
                f:spec: {
                  f:bootstrapServers: {},
                  f:config: { f:key.converter: {} },
                  f:configStorageTopic: {},
                  f:groupId: {},
                  f:offsetStorageTopic: {},
                  f:replicas: {},
                  f:resources: { f:requests: { f:cpu: {}, f:memory: {} } },
                  f:statusStorageTopic: {},
                  f:template: { f:pod: { f:metadata: { f:labels: { f:team: {} } } } },
                  f:version: {},
                },
              },
              manager: "sdp:demo",
              operation: "Apply",
              time: "TIME",
            },
          ],
          name: "connect",
          namespace: "NAMESPACE",
          resourceVersion: "VERSION",
          uid: "UID",
        },
        spec: {
          bootstrapServers: "main-kafka-bootstrap:9092",
          config: { key.converter: "org.apache.kafka.connect.json.JsonConverter" },
          configStorageTopic: "connect-config",
          groupId: "connect",
          offsetStorageTopic: "connect-offsets",
          replicas: 1,
          resources: { requests: { cpu: "500m", memory: "1Gi" } },
          statusStorageTopic: "connect-status",
          template: { pod: { metadata: { labels: { team: "x" } } } },
          version: "4.1.0",
        },
      }"
    `);
  });

  test('KafkaConnects that are wrong', async () => {
    const cases: object[] = [
      {},
      {
        replicas: 'one',
        bootstrapServers: 5,
        groupId: 'a',
        configStorageTopic: 'b',
        offsetStorageTopic: 'c',
        statusStorageTopic: 'd',
      },
      {
        bootstrapServers: 'x',
        groupId: 'a',
        configStorageTopic: 'b',
        offsetStorageTopic: 'c',
        statusStorageTopic: 'd',
        authentication: { type: 'wrong' },
        logging: { type: 'loud' },
      },
      {
        bootstrapServers: 'x',
        groupId: 'a',
        configStorageTopic: 'b',
        offsetStorageTopic: 'c',
        statusStorageTopic: 'd',
        bootstrap: true,
      },
    ];
    const shown = [];
    for (const spec of cases) shown.push(printOutcome(await strictly(CONNECTS(), connect('wrong', spec))));
    if (differs(api, 'validation-rules')) {
      expect(shown.join('\n')).toMatchInlineSnapshot(`
        "422 Invalid
        KafkaConnect.kafka.strimzi.io "wrong" is invalid: 
        - FieldValueRequired spec.bootstrapServers: Required value
        - FieldValueRequired spec.configStorageTopic: Required value
        - FieldValueRequired spec.groupId: Required value
        - FieldValueRequired spec.offsetStorageTopic: Required value
        - FieldValueRequired spec.replicas: Required value
        - FieldValueRequired spec.statusStorageTopic: Required value
        details: { group: "kafka.strimzi.io", kind: "KafkaConnect", name: "wrong" }
        422 Invalid
        KafkaConnect.kafka.strimzi.io "wrong" is invalid: 
        - FieldValueTypeInvalid spec.bootstrapServers: Invalid value: "integer": spec.bootstrapServers in body must be of type string: "integer"
        - FieldValueTypeInvalid spec.replicas: Invalid value: "string": spec.replicas in body must be of type integer: "string"
        details: { group: "kafka.strimzi.io", kind: "KafkaConnect", name: "wrong" }
        422 Invalid
        KafkaConnect.kafka.strimzi.io "wrong" is invalid: 
        - FieldValueNotSupported spec.authentication.type: Unsupported value: "wrong": supported values: "tls", "scram-sha-256", "scram-sha-512", "plain", "custom"
        - FieldValueNotSupported spec.logging.type: Unsupported value: "loud": supported values: "inline", "external"
        - FieldValueRequired spec.replicas: Required value
        details: { group: "kafka.strimzi.io", kind: "KafkaConnect", name: "wrong" }
        400 BadRequest
        KafkaConnect in version "v1" cannot be handled as a KafkaConnect: strict decoding error: unknown field "spec.bootstrap""
      `);
    } else {
      expect(shown.join('\n')).toMatchInlineSnapshot(`
      "422 Invalid
      KafkaConnect.kafka.strimzi.io "wrong" is invalid: 
      - FieldValueInvalid <nil>: Invalid value: "null": some validation rules were not checked because the object was invalid; correct the existing errors to complete validation
      - FieldValueRequired spec.bootstrapServers: Required value
      - FieldValueRequired spec.configStorageTopic: Required value
      - FieldValueRequired spec.groupId: Required value
      - FieldValueRequired spec.offsetStorageTopic: Required value
      - FieldValueRequired spec.replicas: Required value
      - FieldValueRequired spec.statusStorageTopic: Required value
      details: { group: "kafka.strimzi.io", kind: "KafkaConnect", name: "wrong" }
      422 Invalid
      KafkaConnect.kafka.strimzi.io "wrong" is invalid: 
      - FieldValueInvalid .spec.replicas: Invalid value: 0: .spec.replicas accessor error: one is of the type string, expected int64
      - FieldValueInvalid <nil>: Invalid value: "null": some validation rules were not checked because the object was invalid; correct the existing errors to complete validation
      - FieldValueTypeInvalid spec.bootstrapServers: Invalid value: "integer": spec.bootstrapServers in body must be of type string: "integer"
      - FieldValueTypeInvalid spec.replicas: Invalid value: "string": spec.replicas in body must be of type integer: "string"
      details: { group: "kafka.strimzi.io", kind: "KafkaConnect", name: "wrong" }
      422 Invalid
      KafkaConnect.kafka.strimzi.io "wrong" is invalid: 
      - FieldValueInvalid <nil>: Invalid value: "null": some validation rules were not checked because the object was invalid; correct the existing errors to complete validation
      - FieldValueNotSupported spec.authentication.type: Unsupported value: "wrong": supported values: "tls", "scram-sha-256", "scram-sha-512", "plain", "custom"
      - FieldValueNotSupported spec.logging.type: Unsupported value: "loud": supported values: "inline", "external"
      - FieldValueRequired spec.replicas: Required value
      details: { group: "kafka.strimzi.io", kind: "KafkaConnect", name: "wrong" }
      400 BadRequest
      KafkaConnect in version "v1" cannot be handled as a KafkaConnect: strict decoding error: unknown field "spec.bootstrap""
    `);
    }
  });

  test('a KafkaConnector', async () => {
    const spec = {
      class: 'org.example.Source',
      tasksMax: 2,
      config: { a: 1, b: 'x', c: { d: true } },
      state: 'paused',
    };
    const answer = await apply(api, CONNECTORS(), 'sdp:demo', connector('source', spec));
    expect(printOutcome(answer)).toMatchInlineSnapshot(`"201"`);
    expect(printJson(answer.body)).toMatchInlineSnapshot(`
      "{
        apiVersion: "kafka.strimzi.io/v1",
        kind: "KafkaConnector",
        metadata: {
          creationTimestamp: "TIME",
          generation: 1,
          labels: { strimzi.io/cluster: "main" },
          managedFields: [
            {
              apiVersion: "kafka.strimzi.io/v1",
              fieldsType: "FieldsV1",
              fieldsV1: {
                f:metadata: { f:labels: { f:strimzi.io/cluster: {} } },
                f:spec: {
                  f:class: {},
                  f:config: { f:a: {}, f:b: {}, f:c: { .: {}, f:d: {} } },
                  f:state: {},
                  f:tasksMax: {},
                },
              },
              manager: "sdp:demo",
              operation: "Apply",
              time: "TIME",
            },
          ],
          name: "source",
          namespace: "NAMESPACE",
          resourceVersion: "VERSION",
          uid: "UID",
        },
        spec: {
          class: "org.example.Source",
          config: { a: 1, b: "x", c: { d: true } },
          state: "paused",
          tasksMax: 2,
        },
      }"
    `);
  });

  test('KafkaConnectors that are wrong', async () => {
    const cases: object[] = [
      { state: 'asleep' },
      { tasksMax: 0 },
      { autoRestart: { enabled: 'yes' }, taskMax: 1 },
    ];
    const shown = [];
    for (const spec of cases)
      shown.push(printOutcome(await strictly(CONNECTORS(), connector('wrong', spec))));
    expect(shown.join('\n')).toMatchInlineSnapshot(`
      "422 Invalid
      KafkaConnector.kafka.strimzi.io "wrong" is invalid: 
      - FieldValueNotSupported spec.state: Unsupported value: "asleep": supported values: "paused", "stopped", "running"
      details: { group: "kafka.strimzi.io", kind: "KafkaConnector", name: "wrong" }
      422 Invalid
      KafkaConnector.kafka.strimzi.io "wrong" is invalid: 
      - FieldValueInvalid spec.tasksMax: Invalid value: 0: spec.tasksMax in body should be greater than or equal to 1
      details: { group: "kafka.strimzi.io", kind: "KafkaConnector", name: "wrong" }
      400 BadRequest
      KafkaConnector in version "v1" cannot be handled as a KafkaConnector: strict decoding error: unknown field "spec.taskMax""
    `);
  });

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
    const answer = await apply(api, DEPLOYMENTS(), 'sdp:demo', deployment('session', spec));
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
      shown.push(printOutcome(await strictly(DEPLOYMENTS(), deployment('wrong', spec))));
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
    const created = await apply(api, JOBS(), 'sdp:demo', job('job', spec));
    expect(printOutcome(created)).toMatchInlineSnapshot(`"201"`);
    const status = { lifecycleState: 'STABLE', jobStatus: { state: 'RUNNING', jobId: 'x' }, unknown: true };
    const answer = await api.send('PATCH', `${JOBS()}/job/status`, {
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

  test('a Table of topics', async () => {
    const answer = await api.send('GET', TOPICS(), {
      query: { fieldSelector: 'metadata.name=prices', includeObject: 'None' },
      headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
    });
    if (differs(api, 'table-descriptions')) {
      expect(printJson(answer.body)).toMatchInlineSnapshot(`
        "{
          apiVersion: "meta.k8s.io/v1",
          columnDefinitions: [
            { description: "", format: "name", name: "Name", priority: 0, type: "string" },
            {
              description: "The name of the Kafka cluster this topic belongs to",
              format: "",
              name: "Cluster",
              priority: 0,
              type: "string",
            },
            {
              description: "The desired number of partitions in the topic",
              format: "",
              name: "Partitions",
              priority: 0,
              type: "integer",
            },
            {
              description: "The desired number of replicas of each partition",
              format: "",
              name: "Replication factor",
              priority: 0,
              type: "integer",
            },
            {
              description: "The state of the custom resource",
              format: "",
              name: "Ready",
              priority: 0,
              type: "string",
            },
          ],
          kind: "Table",
          metadata: { resourceVersion: "VERSION" },
          rows: [{ cells: ["prices", "main", 3, 1, null] }],
        }"
      `);
    } else {
      expect(printJson(answer.body)).toMatchInlineSnapshot(`
      "{
        apiVersion: "meta.k8s.io/v1",
        columnDefinitions: [
          {
            description: "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names",
            format: "name",
            name: "Name",
            priority: 0,
            type: "string",
          },
          {
            description: "The name of the Kafka cluster this topic belongs to",
            format: "",
            name: "Cluster",
            priority: 0,
            type: "string",
          },
          {
            description: "The desired number of partitions in the topic",
            format: "",
            name: "Partitions",
            priority: 0,
            type: "integer",
          },
          {
            description: "The desired number of replicas of each partition",
            format: "",
            name: "Replication factor",
            priority: 0,
            type: "integer",
          },
          {
            description: "The state of the custom resource",
            format: "",
            name: "Ready",
            priority: 0,
            type: "string",
          },
        ],
        kind: "Table",
        metadata: { resourceVersion: "VERSION" },
        rows: [{ cells: ["prices", "main", 3, 1, null], object: null }],
      }"
    `);
    }
  });
});
