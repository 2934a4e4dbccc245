import CommandLineKit
import SettingsFiles

/// Where a connector's settings file is.
enum ConfigurationFile {
    private static let names = [".baton.json", ".baton.yaml", ".baton.yml", ".baton"]

    /// The file of this run: where `BATON_CONFIG_PATH` points, or `.baton.yaml` and the like in `directory`.
    ///
    /// - Returns: nil when there is none.
    static func find(in directory: String, _ environment: [String: String]) throws -> SettingsFile? {
        if let path = environment["BATON_CONFIG_PATH"], !path.isEmpty {
            guard path.hasSuffix(".yaml") || path.hasSuffix(".yml") else {
                throw UsageError("expected config file to have .yaml or .yml extension")
            }
            let file = SettingsFile(path)
            guard file.isThere else {
                throw UsageError("BATON_CONFIG_PATH: there is no file \(path). Correct the variable or unset it.")
            }
            return file
        }
        return names.map { SettingsFile("\(directory)/\($0)") }.first(where: \.isThere)
    }
}
