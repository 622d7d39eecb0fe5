/**
 * A self-signed certificate for 127.0.0.1 and its key: for tests only, trusted by nobody. Made with
 * `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -addext subjectAltName=IP:127.0.0.1`.
 */
export const testCertificate = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg+RwsxjCUR5D8He6y
ritBRMyVxa24vtEJZhAkwyqYaF2hRANCAAS4D95Ed9hule4wsN1JxZ3owqZN7EZw
TMJ4KyVNbffmFhviGUIGrYNPfqxalURpboBB8AMT5QTsz+Edua+Ybig9
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBqDCCAU6gAwIBAgIUBx16A5Q2XZPWia+2tHug8yZ0wOswCgYIKoZIzj0EAwIw
IDEeMBwGA1UEAwwVa2V5d2FyZCB0ZXN0IGFwcHJvdmVyMCAXDTI2MTEyMzEyMzI1
NloYDzIxMjYxMDMwMTIzMjU2WjAgMR4wHAYDVQQDDBVrZXl3YXJkIHRlc3QgYXBw
cm92ZXIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAS4D95Ed9hule4wsN1JxZ3o
wqZN7EZwTMJ4KyVNbffmFhviGUIGrYNPfqxalURpboBB8AMT5QTsz+Edua+Ybig9
o2QwYjAdBgNVHQ4EFgQU8NZsgfNAPcjoLCiIuPzdc4aWrfkwHwYDVR0jBBgwFoAU
8NZsgfNAPcjoLCiIuPzdc4aWrfkwDwYDVR0TAQH/BAUwAwEB/zAPBgNVHREECDAG
hwR/AAABMAoGCCqGSM49BAMCA0gAMEUCICp5jIoKEnX4Kx2peRK//fjDJvTAoxkU
Kzoe5jW6DLNhAiEAsQAfXAcYh3CaOgIPwuiNgeRUBxHZXa3fi2eVtdxhhew=
-----END CERTIFICATE-----
`,
}
