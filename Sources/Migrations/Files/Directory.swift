internal import FoundationEssentials

/// The files of one directory, by golang-migrate's rules: no subdirectories, links to files count as files.
struct Directory {
    let path: String

    /// The names of its files, in the order of their bytes.
    func fileNames() throws(MigrationsError) -> [String] {
        guard Self.isDirectory(path) else {
            throw MigrationsError(reason: .directoryMissing, directory: path)
        }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw unreadable(path, error)
        }
        return names.filter { !Self.isDirectory(self.path(of: $0)) }.sorted {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
    }

    /// The bytes of one file.
    func bytes(ofFile name: String) throws(MigrationsError) -> [UInt8] {
        do {
            return Array(try Data(contentsOf: URL(filePath: path(of: name))))
        } catch {
            throw unreadable(path(of: name), error)
        }
    }

    func path(of name: String) -> String {
        path.hasSuffix("/") ? path + name : "\(path)/\(name)"
    }

    private static func isDirectory(_ path: String) -> Bool {
        var isDirectory = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory
    }

    private func unreadable(_ file: String, _ error: any Error) -> MigrationsError {
        let why =
            switch (error as? CocoaError)?.code {
            case .fileReadNoPermission: "permission denied"
            case .fileReadNoSuchFile, .fileNoSuchFile: "no such file (a link that leads nowhere?)"
            case let code?: "error \(code.rawValue)"
            case nil: "unknown error"
            }
        return MigrationsError(reason: .unreadable(file: file, why: why), directory: path)
    }
}
