/** The messages of `tfplugin6.proto` as the gRPC library hands them over: fields as in the file, enums by name. */

export interface DynamicValue {
  readonly msgpack?: Uint8Array;
  readonly json?: Uint8Array;
}

export type PathStep =
  | { readonly attribute_name: string }
  | { readonly element_key_string: string }
  | { readonly element_key_int: number };

export interface AttributePath {
  readonly steps: readonly PathStep[];
}

export interface DiagnosticMessage {
  readonly severity: 'ERROR' | 'WARNING';
  readonly summary: string;
  readonly detail: string;
  readonly attribute?: AttributePath;
}

export interface AttributeMessage {
  readonly name: string;
  readonly type?: Uint8Array;
  readonly nested_type?: {
    readonly attributes: readonly AttributeMessage[];
    readonly nesting: 'SINGLE' | 'LIST' | 'MAP';
  };
  readonly description: string;
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
}

export interface SchemaMessage {
  readonly version: number;
  readonly block: { readonly attributes: readonly AttributeMessage[]; readonly description: string };
}

export interface Diagnosing {
  readonly diagnostics: readonly DiagnosticMessage[];
}

export interface FunctionParameterMessage {
  readonly name: string;
  readonly type: Uint8Array;
  readonly description: string;
}

export interface FunctionMessage {
  readonly parameters: readonly FunctionParameterMessage[];
  readonly variadic_parameter?: FunctionParameterMessage;
  readonly return: { readonly type: Uint8Array };
  readonly summary: string;
  readonly description: string;
}

/** Request and response of every call that sdp serves. */
export interface Calls {
  GetMetadata: [
    object,
    Diagnosing & {
      readonly server_capabilities: ServerCapabilities;
      readonly resources: readonly { readonly type_name: string }[];
      readonly data_sources: readonly { readonly type_name: string }[];
      readonly functions: readonly { readonly name: string }[];
    },
  ];
  GetProviderSchema: [
    object,
    Diagnosing & {
      readonly server_capabilities: ServerCapabilities;
      readonly provider: SchemaMessage;
      readonly resource_schemas: Readonly<Record<string, SchemaMessage>>;
      readonly data_source_schemas: Readonly<Record<string, SchemaMessage>>;
      readonly functions: Readonly<Record<string, FunctionMessage>>;
    },
  ];
  ValidateProviderConfig: [{ readonly config: DynamicValue }, Diagnosing];
  ConfigureProvider: [{ readonly terraform_version: string; readonly config: DynamicValue }, Diagnosing];
  StopProvider: [object, { readonly Error: string }];
  ValidateResourceConfig: [{ readonly type_name: string; readonly config: DynamicValue }, Diagnosing];
  UpgradeResourceState: [
    {
      readonly type_name: string;
      readonly version: number;
      readonly raw_state: { readonly json?: Uint8Array };
    },
    Diagnosing & { readonly upgraded_state?: DynamicValue },
  ];
  ReadResource: [
    { readonly type_name: string; readonly current_state: DynamicValue; readonly private?: Uint8Array },
    Diagnosing & { readonly new_state: DynamicValue; readonly private?: Uint8Array },
  ];
  PlanResourceChange: [
    {
      readonly type_name: string;
      readonly prior_state: DynamicValue;
      readonly proposed_new_state: DynamicValue;
      readonly config: DynamicValue;
      readonly prior_private?: Uint8Array;
    },
    Diagnosing & {
      readonly planned_state: DynamicValue;
      readonly requires_replace?: readonly AttributePath[];
      readonly planned_private?: Uint8Array;
    },
  ];
  ApplyResourceChange: [
    {
      readonly type_name: string;
      readonly prior_state: DynamicValue;
      readonly planned_state: DynamicValue;
      readonly config: DynamicValue;
      readonly planned_private?: Uint8Array;
    },
    Diagnosing & { readonly new_state: DynamicValue; readonly private?: Uint8Array },
  ];
  ImportResourceState: [
    { readonly type_name: string; readonly id: string },
    Diagnosing & {
      readonly imported_resources: readonly {
        readonly type_name: string;
        readonly state: DynamicValue;
        readonly private: Uint8Array;
      }[];
    },
  ];
  MoveResourceState: [
    {
      readonly source_provider_address: string;
      readonly source_type_name: string;
      readonly source_state: { readonly json?: Uint8Array };
      readonly target_type_name: string;
    },
    Diagnosing & { readonly target_state?: DynamicValue; readonly target_private?: Uint8Array },
  ];
  ValidateDataResourceConfig: [{ readonly type_name: string; readonly config: DynamicValue }, Diagnosing];
  ReadDataSource: [
    { readonly type_name: string; readonly config: DynamicValue },
    Diagnosing & { readonly state?: DynamicValue },
  ];
  GetFunctions: [object, Diagnosing & { readonly functions: Readonly<Record<string, FunctionMessage>> }];
  CallFunction: [
    { readonly name: string; readonly arguments?: readonly DynamicValue[] },
    {
      readonly result?: DynamicValue;
      readonly error?: { readonly text: string; readonly function_argument?: number };
    },
  ];
}

/** Protocol 6: what a provider announces beyond the mandatory calls. */
export interface ServerCapabilities {
  readonly plan_destroy: boolean;
  readonly get_provider_schema_optional: boolean;
  readonly move_resource_state: boolean;
}

/** Handlers by call: each gets the request and resolves to the response. */
export type ProviderService = {
  readonly [Call in keyof Calls]: (request: Calls[Call][0]) => Promise<Calls[Call][1]>;
};
