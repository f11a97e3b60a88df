/** One right in a namespace, as Kubernetes' access control has it. */
export interface Right {
  readonly verb: string;
  readonly group: string;
  /** `services/proxy`: a subresource stands behind a slash. */
  readonly resource: string;
}

const change = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];

/** What an apply asks for, resource by resource; `deploy/roles/deployer.yaml` grants it. */
const used: readonly {
  readonly group: string;
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly what: string;
}[] = [
  {
    group: 'kafka.strimzi.io',
    resources: ['kafkatopics', 'kafkausers', 'kafkaconnects', 'kafkaconnectors'],
    verbs: change,
    what: 'topics, users, Connect clusters and connectors are declared',
  },
  {
    group: 'flink.apache.org',
    resources: ['flinkdeployments', 'flinksessionjobs', 'flinkstatesnapshots'],
    verbs: change,
    what: 'Flink clusters and jobs are declared, and a rollout asks for checkpoints',
  },
  { group: '', resources: ['configmaps'], verbs: change, what: 'the SQL of a job is kept in ConfigMaps' },
  {
    group: '',
    resources: ['services/proxy'],
    verbs: ['get', 'update'],
    what: 'Flink and Connect are asked what runs, and Connect checks a configuration',
  },
  { group: '', resources: ['events', 'pods'], verbs: ['get', 'list'], what: 'a failed rollout says why' },
];

export interface NeededRight extends Right {
  /** What is done by it. */
  readonly what: string;
}

export const deployerRights: readonly NeededRight[] = used.flatMap(({ group, resources, verbs, what }) =>
  resources.flatMap((resource) => verbs.map((verb) => ({ group, resource, verb, what }))),
);
