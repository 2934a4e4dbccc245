import Yams

/// A place that secrets are kept in.
///
/// A secret has fields, as `BATON_TOKEN` and `BATON_CLIENT_ID`, of which connectors are given those they name.
protocol SecretBackend: Sendable {
    /// The fields of the secret that `definition`, what stands behind its name, describes.
    func fields(of secret: String, _ definition: Node, _ problems: inout ProblemList) async -> SecretFields?
}

/// The fields of one secret.
struct SecretFields: Sendable {
    var values: [String: String] = [:]
    /// What should be told about where they come from.
    var warnings: [String] = []
}

/// The backends by the word that stands for them under `secrets`.
enum SecretBackends {
    /// Those of this version.
    static let available = ["environment", "insecure"]

    /// Those that files of the ecosystem may ask for too.
    static let absent = [
        "awssecretmanager": "AWS Secrets Manager", "vault": "HashiCorp Vault",
        "wincred": "the Windows Credential Manager", "secretserver": "Delinea Secret Server",
    ]

    /// The backend of that word.
    static func backend(_ word: String, in folder: BaseFolder, _ environment: [String: String]) -> (any SecretBackend)?
    {
        switch word {
        case "environment": EnvironmentSecrets(environment: environment)
        case "insecure": InsecureSecrets(folder: folder)
        default: nil
        }
    }
}
