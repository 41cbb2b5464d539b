/// Paths as the inventory means them: relative to the folder that holds the file.
enum FilePaths {
    /// An absolute path without `.` and `..`; symbolic links stay as they are.
    static func absolute(_ path: String, in directory: String) -> String {
        let whole = path.hasPrefix("/") ? path : directory + "/" + path
        var parts: [Substring] = []
        for part in whole.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    /// The folder that holds an absolute path.
    static func directory(of path: String) -> String {
        absolute(path + "/..", in: "/")
    }
}
