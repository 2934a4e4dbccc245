import CommandLineKit
import SettingsFiles

/// The settings of the server: each a flag, a variable, or a line of a file.
enum Settings {
    static let dataFolder = Flag(
        "data-dir", help: "Folder for databases and files", default: "lantern-data", variable: "LANTERN_DATA_DIR")

    static let file = Flag(
        "config", help: "YAML file with settings, such as data-dir, under the names of their flags",
        variable: "LANTERN_CONFIG")

    /// Where files may be fetched from.
    static let sources = [
        Flag(
            "source-folder", help: "Folder within which folders of this machine may be external data sources",
            variable: "LANTERN_SOURCE_FOLDER"),
        Flag(
            "allow-private-endpoints", .bool,
            help: "Let buckets be in private networks, or on this machine", variable: "LANTERN_ALLOW_PRIVATE_ENDPOINTS"),
    ]

    static let serving =
        [
            Flag("listen", help: "Address to listen on", default: "127.0.0.1:8443", variable: "LANTERN_LISTEN"),
            Flag(
                "tls-cert", help: "Certificate, as a PEM file; by default one of its own making",
                variable: "LANTERN_TLS_CERT"),
            Flag("tls-key", help: "The certificate's key, as a PEM file", variable: "LANTERN_TLS_KEY"),
            Flag(
                "no-tls", .bool, help: "Speak HTTP; only for a loopback address or behind a proxy",
                variable: "LANTERN_NO_TLS"),
            Flag(
                "upload-limit-mib", .int, help: "Largest file that is taken, in MiB", default: "5120",
                variable: "LANTERN_UPLOAD_LIMIT_MIB"),
            Flag(
                "log-level", help: "What is logged: debug, info, warning or error", default: "info",
                variable: "LANTERN_LOG_LEVEL"),
        ] + sources + notices

    /// How owners are told what needs them.
    private static let notices = [
        Flag(
            "public-url",
            help: "The server's address for people, such as https://lantern.example.com, for links in messages",
            variable: "LANTERN_PUBLIC_URL"),
        Flag(
            "mail-server", help: "Server for e-mail to owners, such as smtp://mail.example.com:587 or smtps://…",
            variable: "LANTERN_MAIL_SERVER"),
        Flag("mail-from", help: "The address that e-mail comes from", variable: "LANTERN_MAIL_FROM"),
        Flag("mail-user", help: "As whom to sign in to the mail server", variable: "LANTERN_MAIL_USER"),
        Flag(
            "mail-password-file", help: "The file with the password for it", variable: "LANTERN_MAIL_PASSWORD_FILE"),
        Flag(
            "webhook", help: "Address that is called with what owners are told, https://…", variable: "LANTERN_WEBHOOK"),
        Flag(
            "webhook-secret-file", help: "The file with the secret that calls are signed with",
            variable: "LANTERN_WEBHOOK_SECRET_FILE"),
    ]

    /// What the file says that was named, if one was.
    ///
    /// One file serves all commands, so that each has to know the settings of the others.
    static func values(fromFileIn given: ParsedFlags) throws -> CommandLineProgram.OutsideValues {
        let path = given.string(file.name)
        guard !path.isEmpty else { return .init() }
        return try SettingsFile(path).values(for: [dataFolder] + serving, unknown: .refused)
    }
}
