import LanternCatalog

extension Site {
    /// How a connector's file gets to where it is fetched from, with the names that are fetched (platform.md §7.6).
    func scripts(for application: Application, _ source: ExternalSource, _ key: String) -> HTML {
        let known = ConnectorCatalogue.all.first { $0.name.lowercased() == application.name.lowercased() }
        let scripts = SyncScripts(source, key, program: known?.program ?? "baton-linux")
        let advice: HTML =
            known.map {
                "<p>Run it wherever \(application.name) can be reached, with credentials that may write into the bucket; <code>\($0.program) --help</code> lists its own settings.</p>"
            }
            ?? "<p>Run the connector of \(application.name) in place of <code>baton-linux</code>, wherever it can reach it, with credentials that may write into the bucket; its <code>--help</code> lists its own settings.</p>"
        let blocks: [(title: String, text: HTML, code: String)] = [
            ("sync.sh", advice, scripts.shell),
            ("cron", "<p>Every hour, as a line of <code>crontab -e</code>.</p>", scripts.cron),
            (
                "systemd timer",
                "<p>Both into <code>/etc/systemd/system</code>, then <code>systemctl enable --now lantern-sync.timer</code>.</p>",
                scripts.systemd
            ),
            (
                "Kubernetes CronJob",
                "<p>With the secret <code>lantern-sync</code>, which holds the variables of sync.sh.</p>",
                scripts.kubernetes
            ),
        ]
        let parts = blocks.map { block -> HTML in
            "<details\(block.title == "sync.sh" ? " open" : .blank)><summary>\(block.title)</summary>\(block.text)<pre data-copy><code>\(block.code)</code></pre></details>"
        }
        return "<section class=\"card\"><h2>How the file gets there</h2>\(parts)</section>"
    }
}

/// Scripts with which a connector writes what a data source fetches.
struct SyncScripts {
    private let address: String
    private let region: String
    private let endpoint: String
    private let program: String

    init(_ source: ExternalSource, _ key: String, program: String) {
        self.program = program
        // Connectors undo percent-encoding, so that what looks like it has to be encoded itself.
        let path = key.utf8.map { byte -> String in
            switch byte {
            case UInt8(ascii: "%"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "'"), UInt8(ascii: "\""),
                UInt8(ascii: "\\"), UInt8(ascii: "$"), UInt8(ascii: "`"), 0...0x20, 0x7F...:
                "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            default: String(UnicodeScalar(byte))
            }
        }.joined()
        address = "s3://\(source.settings.bucket)/\(path)"
        region = source.settings.region.isEmpty ? "…" : source.settings.region
        endpoint = source.settings.endpoint
    }

    /// The documented script.
    var shell: String {
        let service = endpoint.isEmpty ? "" : "export AWS_ENDPOINT_URL_S3=\"\(endpoint)\"\n"
        return """
            #!/bin/sh
            export AWS_ACCESS_KEY_ID="…"
            export AWS_SECRET_ACCESS_KEY="…"
            export AWS_REGION="\(region)"
            \(service)export BATON_FILE="\(address)"
            exec \(program)
            """
    }

    var cron: String { "17 * * * * /usr/local/bin/sync.sh" }

    var systemd: String {
        """
        # lantern-sync.service
        [Unit]
        Description=Sync into \(address.replacing("%", with: "%%"))
        Wants=network-online.target
        After=network-online.target
        [Service]
        Type=oneshot
        ExecStart=/usr/local/bin/sync.sh

        # lantern-sync.timer
        [Unit]
        Description=Sync every hour
        [Timer]
        OnCalendar=hourly
        RandomizedDelaySec=300
        Persistent=true
        [Install]
        WantedBy=timers.target
        """
    }

    var kubernetes: String {
        let indent = String(repeating: " ", count: 16)
        let service = endpoint.isEmpty ? "" : "\n\(indent)- {name: AWS_ENDPOINT_URL_S3, value: \"\(endpoint)\"}"
        return """
            apiVersion: batch/v1
            kind: CronJob
            metadata: {name: lantern-sync}
            spec:
              schedule: "17 * * * *"
              concurrencyPolicy: Forbid
              jobTemplate:
                spec:
                  template:
                    spec:
                      restartPolicy: Never
                      containers:
                        - name: sync
                          image: ghcr.io/conductorone/\(program):latest
                          envFrom: [{secretRef: {name: lantern-sync}}]
                          env:
                            - {name: AWS_REGION, value: "\(region)"}
                            - {name: BATON_FILE, value: "\(address)"}\(service)
            """
    }
}
