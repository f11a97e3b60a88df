import { beforeAll, expect, test } from 'vitest';
import { differs } from './differences.ts';
import { forEachTarget } from './for-each-target.ts';
import { apply } from './gadget.ts';
import { createOperatorKinds, describeKind } from './operator-kinds.ts';
import { printJson, printOutcome } from './print-answer.ts';

forEachTarget("Strimzi's Kafka Connect", (api) => {
  const connects = describeKind(api, 'kafka.strimzi.io', 'v1', 'kafkaconnects', 'KafkaConnect');
  const connectors = describeKind(api, 'kafka.strimzi.io', 'v1', 'kafkaconnectors', 'KafkaConnector');
  beforeAll(async () => {
    await createOperatorKinds(api, 'kafkaconnect');
  }, 120_000);

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
    const answer = await apply(api, connects.path(), 'sdp:demo', connects.object('connect', spec));
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
    for (const spec of cases)
      shown.push(printOutcome(await connects.strictly(connects.object('wrong', spec))));
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
    const answer = await apply(api, connectors.path(), 'sdp:demo', connectors.object('source', spec));
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
      shown.push(printOutcome(await connectors.strictly(connectors.object('wrong', spec))));
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
});
