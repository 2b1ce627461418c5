//! Manifests.

use crate::check::claims;

#[test]
fn a_workload_with_what_exposes_it() {
    let text = r#"apiVersion: apps/v1
kind: Deployment
metadata:
  name: booking
  namespace: travel
  labels:
    team: itineraries
spec:
  template:
    metadata:
      labels:
        app: booking
    spec:
      serviceAccountName: booking-sa
      automountServiceAccountToken: false
      hostNetwork: true
      securityContext:
        runAsNonRoot: true
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: server
          image: registry.example.test/booking:latest
          env:
            - name: PRICE_SERVICE_ADDR
              value: "price-service:50051"
            - name: SEATS_URL
              value: https://seats.travel.svc.cluster.local/api
            - name: LISTEN_ADDR
              value: "0.0.0.0:8080"
            - name: DATABASE_URL
              value: postgres://app:hunter22@booking-db:5432/app
            - name: MAIL_PASSWORD
              value: swordfish-1
            - name: SIGNING_KEY
              valueFrom:
                secretKeyRef:
                  name: booking-keys
                  key: signing
          resources:
            limits:
              cpu: 500m
              memory: 128Mi
          securityContext:
            privileged: true
            readOnlyRootFilesystem: true
            allowPrivilegeEscalation: false
            capabilities:
              drop: [ALL]
              add:
                - SYS_ADMIN
      volumes:
        - name: docker
          hostPath:
            path: /var/run/docker.sock
---
apiVersion: v1
kind: Service
metadata:
  name: booking-public
  namespace: travel
spec:
  type: LoadBalancer
  selector:
    app: booking
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: booking-db
spec:
  template:
    spec:
      containers:
        - name: db
          image: postgres@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
"#;
    insta::assert_snapshot!(claims("booking.yaml", text));
}

#[test]
fn ways_in_and_walls() {
    let text = r#"apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: front
  annotations:
    nginx.ingress.kubernetes.io/limit-rps: "20"
    nginx.ingress.kubernetes.io/ssl-redirect: "false"
spec:
  tls:
    - hosts: [shop.example.test]
  rules:
    - host: shop.example.test
      http:
        paths:
          - path: /basket
            backend:
              service:
                name: basket
                port: {number: 80}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: basket-only, namespace: shop}
spec:
  podSelector:
    matchLabels:
      app: basket
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: {matchLabels: {app: front}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: open-door, namespace: lab}
spec:
  podSelector: {}
  ingress:
    - {}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge}
spec:
  listeners:
    - name: web
      protocol: HTTPS
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: basket}
spec:
  parentRefs:
    - name: edge
  rules:
    - backendRefs:
        - name: basket
          port: 80
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: STRICT}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: basket-callers, namespace: shop}
spec:
  selector: {matchLabels: {app: basket}}
  action: ALLOW
  rules:
    - from:
        - source:
            principals: ["cluster.local/ns/shop/sa/front"]
      to:
        - operation:
            methods: ["GET"]
            paths: ["/items/*"]
---
apiVersion: example.test/v1
kind: Teapot
metadata: {name: brown-betty}
"#;
    insta::assert_snapshot!(claims("front.yaml", text));
}

#[test]
fn who_may_do_what() {
    let text = r#"apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: secret-reader
rules:
  - apiGroups: [""]
    resources: ["secrets"]
    resourceNames: ["tls"]
    verbs: ["get", "list"]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: read-secrets
subjects:
  - kind: ServiceAccount
    name: certbot
roleRef:
  kind: Role
  name: secret-reader
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: everything
rules:
  - apiGroups: ["*"]
    resources: ["*"]
    verbs: ["*"]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: admins
subjects:
  - kind: Group
    name: platform-team
roleRef:
  kind: ClusterRole
  name: cluster-admin
---
apiVersion: v1
kind: Secret
metadata:
  name: mail
stringData:
  smtp-password: not-to-be-quoted
"#;
    let printed = claims("rbac.yaml", text);
    assert!(!printed.contains("not-to-be-quoted"), "{printed}");
    insta::assert_snapshot!(printed);
}

#[test]
fn templates_yield_what_is_certain_and_name_what_is_not() {
    let text = r#"{{- if .Values.enabled }}
apiVersion: v1
kind: Service
metadata:
  name: conditional
{{- end }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: mailer
  labels:
    {{- include "mailer.labels" . | nindent 4 }}
spec:
  template:
    spec:
      containers:
        - name: mailer
          image: "{{ .Values.image }}:{{ .Values.tag }}"
          env:
            - name: TEMPLATE_STORE_URL
              value: http://{{ .Release.Name }}-store
            - name: QUEUE_URL
              value: amqp://queue:5672
          securityContext:
            readOnlyRootFilesystem: {{ .Values.readOnly }}
"#;
    insta::assert_snapshot!(claims("chart/templates/mailer.yaml", text));
}

#[test]
fn anchors_are_read_where_they_are_used() {
    let text = r"apiVersion: apps/v1
kind: Deployment
metadata: {name: twin}
spec:
  template:
    spec:
      containers:
        - name: one
          securityContext: &tight {readOnlyRootFilesystem: true}
        - name: two
          securityContext: {<<: *tight, privileged: true}
";
    insta::assert_snapshot!(claims("twin.yml", text));
}
