import Foundation

/// How much memory the process holds, as Linux says it; `nil` elsewhere.
@Sendable func residentBytes() -> Int64? {
    guard let figures = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
        let pages = figures.split(separator: " ").dropFirst().first.flatMap({ Int64($0) })
    else { return nil }
    return pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
}

/// Lets the process hold as many connections as the system allows it; the usual limit of 1024 files would be too few.
func raiseFileLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}
