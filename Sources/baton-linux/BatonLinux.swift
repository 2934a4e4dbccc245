import ConnectorRuntime
import LinuxConnector

@main struct BatonLinux {
    static func main() async { await LinuxConnector.run() }
}
