/** A throw-away TLS server certificate, made by the real `openssl`. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Ed25519, self-signed, for localhost. */
export async function makeCertificate(): Promise<Certificate> {
  const folder = await Deno.makeTempDir();
  try {
    const [cert, key] = [`${folder}/cert.pem`, `${folder}/key.pem`];
    const { success, stderr } = await new Deno.Command("openssl", {
      // deno-fmt-ignore
      args: [
        "req", "-x509", "-newkey", "ed25519", "-nodes", "-days", "1",
        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
        "-addext", "basicConstraints=critical,CA:FALSE",
        "-keyout", key, "-out", cert,
      ],
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return {
      cert: await Deno.readTextFile(cert),
      key: await Deno.readTextFile(key),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Two ends of one TLS 1.3 connection over loopback. */
export async function tlsPair(
  certificate: Certificate,
): Promise<[Deno.TlsConn, Deno.TlsConn]> {
  using listener = Deno.listenTls({
    hostname: "127.0.0.1",
    port: 0,
    ...certificate,
  });
  const accepted = listener.accept().then(async (conn) => {
    await conn.handshake();
    return conn;
  });
  const client = await Deno.connect({
    hostname: "127.0.0.1",
    port: listener.addr.port,
  });
  client.setNoDelay(true); // or each handshake waits 40 ms for an ACK
  const tls = await Deno.startTls(client, {
    hostname: "localhost",
    caCerts: [certificate.cert],
  });
  await tls.handshake();
  return [tls, await accepted];
}

/** Two ends of one TCP connection over loopback. */
export async function tcpPair(): Promise<[Deno.TcpConn, Deno.TcpConn]> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [client, server] = await Promise.all([
    Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port }),
    listener.accept(),
  ]);
  client.setNoDelay(true);
  server.setNoDelay(true);
  return [client, server];
}
