import LocalServers

/// A certificate for 127.0.0.1 and localhost that nobody has signed but itself, in PEM files.
public struct TestCertificate: Sendable {
    public let certificateFile: String
    public let keyFile: String

    /// Makes one in a directory, with openssl.
    ///
    /// - Parameter name: what it is for besides localhost, as openssl's subjectAltName has it.
    public static func make(in directory: String, for name: String = "IP:127.0.0.1") async throws -> TestCertificate {
        let certificate = TestCertificate(
            certificateFile: directory + "/certificate.pem", keyFile: directory + "/key.pem")
        try await Program(
            "/usr/bin/openssl",
            [
                "req", "-new", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days", "2", "-subj", "/CN=pgfleet test", "-addext", "subjectAltName=\(name)",
                "-out", certificate.certificateFile, "-keyout", certificate.keyFile,
            ]
        ).output()
        return certificate
    }
}
