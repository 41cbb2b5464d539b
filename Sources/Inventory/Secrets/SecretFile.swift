/// `${file:…}`.
enum SecretFile {
    static func read(_ path: String, limit: Int) async -> Result<String, SecretFailure> {
        switch await FileReading.bytes(of: path, limit: limit) {
        case .success(let bytes): SecretFailure.text(of: bytes)
        case .failure(.larger): .failure(SecretFailure(.tooLarge(limit: limit)))
        case .failure(.notRegular): .failure(SecretFailure(.fileUnreadable(path, "not a regular file")))
        case .failure(.system(let why)): .failure(SecretFailure(.fileUnreadable(path, why)))
        }
    }
}
