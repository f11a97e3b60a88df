import { beforeAll, expect, test } from 'vitest';
import type { Answer } from './connect.ts';
import { differs } from './differences.ts';
import { forEachTarget } from './for-each-target.ts';
import { apply } from './gadget.ts';
import { createOperatorKinds, describeKind } from './operator-kinds.ts';
import { printJson, printOutcome } from './print-answer.ts';

/** All definitions of the operators, and topics as users write them. */
forEachTarget("Strimzi's topics", (api) => {
  const topics = describeKind(api, 'kafka.strimzi.io', 'v1', 'kafkatopics', 'KafkaTopic');
  let answers: readonly Answer[] = [];
  beforeAll(async () => {
    answers = await createOperatorKinds(api, '');
  }, 120_000);

  test('every definition is taken', () => {
    expect(answers.length).toBeGreaterThan(10);
    expect(answers.map(({ code }) => code)).toEqual(answers.map(() => 201));
  });

  test('rules that are not evaluated are told', () => {
    const warned = answers.filter(({ warnings }) => warnings.join().includes('x-kubernetes-validations'));
    expect(warned.length > 0).toBe(differs(api, 'validation-rules'));
  });

  test('a KafkaTopic', async () => {
    const spec = {
      partitions: 3,
      replicas: 1,
      config: { 'retention.ms': 1000, 'cleanup.policy': 'compact' },
    };
    const answer = await apply(api, topics.path(), 'sdp:demo', topics.object('prices', spec));
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
    for (const spec of cases) shown.push(printOutcome(await topics.strictly(topics.object('wrong', spec))));
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
    expect(printOutcome(await topics.leniently(topics.object('none', undefined)))).toMatchInlineSnapshot(`
      "422 Invalid
      KafkaTopic.kafka.strimzi.io "none" is invalid: 
      - FieldValueRequired spec: Required value
      details: { group: "kafka.strimzi.io", kind: "KafkaTopic", name: "none" }"
    `);
    expect(printOutcome(await topics.leniently(topics.object('none', null)))).toMatchInlineSnapshot(`
      "422 Invalid
      KafkaTopic.kafka.strimzi.io "none" is invalid: 
      - FieldValueRequired spec: Required value
      details: { group: "kafka.strimzi.io", kind: "KafkaTopic", name: "none" }"
    `);
    await apply(api, topics.path(), 'a', topics.object('partitions', { partitions: 1 }));
    const answer = await apply(api, topics.path(), 'a', topics.object('partitions', {}));
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "422 Invalid
      KafkaTopic.kafka.strimzi.io "partitions" is invalid: 
      - FieldValueTypeInvalid spec: Invalid value: "null": spec in body must be of type object: "null"
      details: { group: "kafka.strimzi.io", kind: "KafkaTopic", name: "partitions" }"
    `);
    expect(printJson(answer.body['spec'])).toMatchInlineSnapshot(`"undefined"`);
  });

  test('spec {} by the applier of partitions while another owns replicas', async () => {
    await apply(api, topics.path(), 'a', topics.object('shared', { partitions: 1 }));
    await apply(api, topics.path(), 'b', topics.object('shared', { replicas: 1 }));
    const answer = await apply(api, topics.path(), 'a', topics.object('shared', {}));
    expect(printOutcome(answer)).toMatchInlineSnapshot(`"200"`);
    expect(printJson(answer.body['spec'])).toMatchInlineSnapshot(`"{ replicas: 1 }"`);
  });

  test('spec {} by the only applier of an updated topic', async () => {
    await api.send('POST', topics.path(), {
      body: topics.object('posted', {}),
      query: { fieldManager: 'creator' },
    });
    await apply(api, topics.path(), 'a', topics.object('posted', { partitions: 2 }));
    const answer = await apply(api, topics.path(), 'a', topics.object('posted', {}));
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "422 Invalid
      KafkaTopic.kafka.strimzi.io "posted" is invalid: 
      - FieldValueTypeInvalid spec: Invalid value: "null": spec in body must be of type object: "null"
      details: { group: "kafka.strimzi.io", kind: "KafkaTopic", name: "posted" }"
    `);
    expect(printJson(answer.body['spec'])).toMatchInlineSnapshot(`"undefined"`);
  });

  test('a Table of topics', async () => {
    const answer = await api.send('GET', topics.path(), {
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
