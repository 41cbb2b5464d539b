import Foundation
import Inventory

/// Where an inventory is on the machine that will run it.
struct DeployedPath: Hashable {
    /// Its folder.
    let directory: String
    /// The file.
    let file: String
    /// The folder that the store is written to; nil where it is no file.
    let storeFolder: String?

    /// - Parameter directory: the folder there; as it is here by default. What is in the inventory's folder here is in that one there.
    init(_ fleet: Fleet, directory: String? = nil) {
        let file = URL(fileURLWithPath: fleet.file)
        let here = file.deletingLastPathComponent().path
        let there = directory.map { $0.count > 1 && $0.hasSuffix("/") ? String($0.dropLast()) : $0 } ?? here
        self.directory = there
        self.file = "\(there == "/" ? "" : there)/\(file.lastPathComponent)"
        guard case .sqlite(let path) = fleet.store else {
            storeFolder = nil
            return
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        storeFolder =
            folder == here || folder.hasPrefix(here + "/") ? there + folder.dropFirst(here.count) : folder
    }
}

/// A file that is printed for others to use.
struct DeployedFile: Encodable, Hashable {
    let name, text: String
}
