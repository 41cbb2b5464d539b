import FleetModel
import Foundation
import Testing

@testable import Inventory

/// What a value of a manifest must look like, so that an API server takes it.
indirect enum Shape: Sendable {
    case text
    case oneOf([String])
    case whole(ClosedRange<Int>)
    case flag
    /// A resource's amount: `50m`, `64Mi`.
    case quantity
    case list(Shape)
    case map(Shape)
    /// Known keys and no others; those that are required.
    case object([String: Shape], required: [String])

    /// What does not fit, as `path: reason`.
    func problems(_ node: YAMLNode, _ path: String = "") -> [String] {
        switch (self, node.content) {
        case (.text, .scalar(let text, let isPlain)):
            let looksLikeOther = isPlain && (node.isNull || ["true", "false"].contains(text) || Double(text) != nil)
            return looksLikeOther ? ["\(path): \(text) is no text"] : []
        case (.oneOf(let words), .scalar(let text, _)):
            return words.contains(text) ? [] : ["\(path): \(text) is none of \(words)"]
        case (.whole(let range), .scalar(let text, isPlain: true)):
            return Int(text).map(range.contains) == true ? [] : ["\(path): \(text) is not in \(range)"]
        case (.flag, .scalar(let text, isPlain: true)):
            return ["true", "false"].contains(text) ? [] : ["\(path): \(text) is no flag"]
        case (.quantity, .scalar(let text, _)):
            return text.wholeMatch(of: /[0-9]+(m|Ki|Mi|Gi)?/) != nil ? [] : ["\(path): \(text) is no quantity"]
        case (.list(let item), .sequence(let nodes)):
            return nodes.enumerated().flatMap { item.problems($1, "\(path)[\($0)]") }
        case (.map(let value), .mapping(let entries)):
            return entries.flatMap { value.problems($0.value, "\(path).\($0.key)") }
        case (.object(let fields, let required), .mapping(let entries)):
            let missing = Set(required).subtracting(entries.map(\.key)).sorted().map { "\(path): has no \($0)" }
            return missing
                + entries.flatMap { entry in
                    fields[entry.key].map { $0.problems(entry.value, "\(path).\(entry.key)") }
                        ?? ["\(path): has the unknown key \(entry.key)"]
                }
        default: return ["\(path): is \(node.kind)"]
        }
    }
}

/// The fields of the API reference of Kubernetes 1.27 to 1.34 for these kinds, as far as manifests here use them, and a few
/// that are mistaken for others.
extension Shape {
    private static let metadata = Shape.object(
        ["name": .text, "namespace": .text, "labels": .map(.text), "annotations": .map(.text)], required: ["name"])

    private static let resources = Shape.object(
        ["requests": .map(.quantity), "limits": .map(.quantity)], required: [])

    private static let container = Shape.object(
        [
            "name": .text, "image": .text, "args": .list(.text), "command": .list(.text), "workingDir": .text,
            "env": .list(
                .object(
                    [
                        "name": .text, "value": .text,
                        "valueFrom": .object(
                            [
                                "secretKeyRef": .object(
                                    ["name": .text, "key": .text, "optional": .flag], required: ["name", "key"])
                            ],
                            required: []),
                    ], required: ["name"])),
            "securityContext": .object(
                [
                    "allowPrivilegeEscalation": .flag, "readOnlyRootFilesystem": .flag, "runAsNonRoot": .flag,
                    "capabilities": .object(["drop": .list(.text), "add": .list(.text)], required: []),
                ], required: []),
            "resources": resources,
            "volumeMounts": .list(
                .object(
                    ["name": .text, "mountPath": .text, "readOnly": .flag, "subPath": .text],
                    required: ["name", "mountPath"])),
        ], required: ["name", "image"])

    private static let pod = Shape.object(
        [
            "restartPolicy": .oneOf(["Never", "OnFailure"]), "automountServiceAccountToken": .flag,
            "securityContext": .object(
                [
                    "runAsNonRoot": .flag, "runAsUser": .whole(1...2_147_483_647),
                    "runAsGroup": .whole(1...2_147_483_647),
                    "fsGroup": .whole(1...2_147_483_647),
                    "seccompProfile": .object(
                        ["type": .oneOf(["RuntimeDefault", "Unconfined", "Localhost"])], required: ["type"]),
                ], required: []),
            "containers": .list(container),
            "volumes": .list(
                .object(
                    [
                        "name": .text, "emptyDir": .object(["sizeLimit": .quantity, "medium": .text], required: []),
                        "persistentVolumeClaim": .object(
                            ["claimName": .text, "readOnly": .flag], required: ["claimName"]),
                    ], required: ["name"])),
        ], required: ["containers", "restartPolicy"])

    /// `batch/v1`, `CronJob`.
    static let cronJob = Shape.object(
        [
            "apiVersion": .oneOf(["batch/v1"]), "kind": .oneOf(["CronJob"]), "metadata": metadata,
            "spec": .object(
                [
                    "schedule": .text, "timeZone": .text, "suspend": .flag,
                    "concurrencyPolicy": .oneOf(["Allow", "Forbid", "Replace"]),
                    // Less than 10 is never met: the controller looks every ten seconds.
                    "startingDeadlineSeconds": .whole(10...604_800),
                    "successfulJobsHistoryLimit": .whole(0...100), "failedJobsHistoryLimit": .whole(0...100),
                    "jobTemplate": .object(
                        [
                            "metadata": metadata,
                            "spec": .object(
                                [
                                    "backoffLimit": .whole(0...100), "activeDeadlineSeconds": .whole(1...604_800),
                                    "ttlSecondsAfterFinished": .whole(0...604_800),
                                    "template": .object(
                                        ["metadata": .object(["labels": .map(.text)], required: []), "spec": pod],
                                        required: ["spec"]),
                                ], required: ["template"]),
                        ], required: ["spec"]),
                ], required: ["schedule", "jobTemplate"]),
        ], required: ["apiVersion", "kind", "metadata", "spec"])

    /// `v1`, `PersistentVolumeClaim`.
    static let volumeClaim = Shape.object(
        [
            "apiVersion": .oneOf(["v1"]), "kind": .oneOf(["PersistentVolumeClaim"]), "metadata": metadata,
            "spec": .object(
                [
                    "accessModes": .list(
                        .oneOf(["ReadWriteOnce", "ReadWriteOncePod", "ReadOnlyMany", "ReadWriteMany"])),
                    "storageClassName": .text, "resources": resources,
                ], required: ["accessModes", "resources"]),
        ], required: ["apiVersion", "kind", "metadata", "spec"])
}

/// A document of a manifest.
struct Manifest {
    let node: YAMLNode

    /// The documents of a text, which `---` parts.
    static func documents(_ text: String) throws -> [Manifest] {
        try text.components(separatedBy: "---\n").map { part in
            let log = ProblemLog(file: "manifest.yaml")
            let node = YAMLComposer.compose(Array(part.utf8), limits: YAMLLimits(), log: log)
            return Manifest(node: try #require(node, "\(log.errors)"))
        }
    }

    /// The scalar at the end of a way of keys and places; nil where there is none.
    subscript(_ way: String...) -> String? { value(way) }

    /// The same by a list.
    func value(_ way: [String]) -> String? {
        var found: YAMLNode? = node
        for step in way {
            switch found?.content {
            case .mapping(let entries): found = entries.first { $0.key == step }?.value
            case .sequence(let items): found = Int(step).flatMap { items.indices.contains($0) ? items[$0] : nil }
            case .scalar, nil: found = nil
            }
        }
        guard case .scalar(let text, _) = found?.content else { return nil }
        return text
    }

    var problems: [String] { (self["kind"] == "CronJob" ? Shape.cronJob : .volumeClaim).problems(node) }
}
