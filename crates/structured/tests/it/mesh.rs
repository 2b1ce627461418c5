//! Meshes, gateways, overlays and the controllers around them.

use crate::check::claims;

#[test]
fn linkerd_policies() {
    let text = r#"apiVersion: v1
kind: Namespace
metadata:
  name: harbour
  annotations: {linkerd.io/inject: enabled, config.linkerd.io/default-inbound-policy: deny}
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: berths-http, namespace: harbour}
spec:
  podSelector: {matchLabels: {app: berths}}
  port: http
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: berths-callers}
spec:
  targetRef: {kind: Server, name: berths-http}
  requiredAuthenticationRefs:
  - {kind: MeshTLSAuthentication, name: gate}
---
apiVersion: policy.linkerd.io/v1alpha1
kind: MeshTLSAuthentication
metadata: {name: gate}
spec: {identities: ["*"]}
---
apiVersion: policy.linkerd.io/v1alpha1
kind: NetworkAuthentication
metadata: {name: anywhere}
spec:
  networks:
  - cidr: 0.0.0.0/0
---
apiVersion: policy.linkerd.io/v1beta1
kind: ServerAuthorization
metadata: {name: probes}
spec:
  server: {name: berths-http}
  client: {unauthenticated: true}
"#;
    insta::assert_snapshot!(claims("mesh.yaml", text));
}

#[test]
fn controllers_of_others() {
    let text = r#"apiVersion: v1
kind: ServiceAccount
metadata:
  name: tides
  annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::1:role/tides"}
automountServiceAccountToken: false
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: tide-db}
spec:
  secretStoreRef: {name: vault-store}
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: vault-store}
spec: {provider: {vault: {server: "https://vault.example.test"}}}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: bureau}
spec: {hosts: [forecast.example.test], location: MESH_EXTERNAL}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: tides-open}
spec:
  endpointSelector: {matchLabels: {app: tides}}
  ingress:
  - fromEntities: [world]
---
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: {name: tides-tls}
spec: {targetRefs: [{group: "", kind: Service, name: tides}]}
---
apiVersion: acme.example.test/v1
kind: Teapot
metadata: {name: brown}
spec: {tlsMode: none}
"#;
    insta::assert_snapshot!(claims("others.yaml", text));
}

#[test]
fn mounts_and_host_switches() {
    let text = r"apiVersion: apps/v1
kind: DaemonSet
metadata: {name: watcher}
spec:
  template:
    spec:
      hostNetwork: false
      hostPID: true
      automountServiceAccountToken: true
      containers:
      - name: watcher
        image: harbour/watcher
        envFrom: [{configMapRef: {name: watcher-settings}}]
        securityContext: {runAsUser: 1000, privileged: false, procMount: Unmasked}
      volumes:
      - name: all
        projected:
          sources:
          - secret: {name: watcher-key}
          - configMap: {name: watcher-rules}
";
    insta::assert_snapshot!(claims("watcher.yaml", text));
}

#[test]
fn an_overlay() {
    let text = r"apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: harbour-live
resources:
- ../../base
- https://github.com/harbour/shared//base?ref=v1.2.0
images:
- name: harbour/berths
  newTag: latest
- name: harbour/tides
  digest: sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
patches:
- path: replicas.yaml
  target: {kind: Deployment, name: berths}
secretGenerator:
- name: berths-db
  literals: [password=low-tide-77]
configMapGenerator:
- name: berths-settings
  files: [settings.toml]
";
    let printed = claims("overlays/live/kustomization.yaml", text);
    assert!(!printed.contains("low-tide"), "{printed}");
    insta::assert_snapshot!(printed);
}
