internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The file under the database: it holds other people's money, so only its owner may read it.
struct DatabaseFile {
    let path: String

    private static let ownerOnly: mode_t = 0o600

    /// One at a time in this process: closing any descriptor of a file drops the locks that SQLite holds on it, so no
    /// connection may open the file between our creating and our closing it.
    private static let creation = Mutex(())

    /// Creates the file with mode 0600 when it is missing, takes everybody else's rights away when it is there, and
    /// then opens it. SQLite gives its `-wal` and `-shm` files the mode of the database.
    func withPrivateMode<Opened>(_ open: () throws(StorageError) -> Opened) throws(StorageError) -> Opened {
        try Self.creation.withLock { _ throws(StorageError) in try makePrivate() }
        return try open()
    }

    private func makePrivate() throws(StorageError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, Self.ownerOnly)
        if descriptor >= 0 {
            close(descriptor)
            return
        }
        guard errno == EEXIST else { throw failure("create", path) }
        for file in [path, path + "-wal", path + "-shm"] { try tighten(file) }
    }

    private func tighten(_ file: String) throws(StorageError) {
        var status = stat()
        guard stat(file, &status) == 0 else {
            if errno == ENOENT { return }
            throw failure("look at", file)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw StorageError(.cannotOpen, detail: "\(file) is not a file")
        }
        let others = status.st_mode & 0o077
        guard others != 0 else { return }
        guard chmod(file, status.st_mode & 0o700) == 0 else { throw failure("take others' rights from", file) }
    }

    private func failure(_ verb: String, _ file: String) -> StorageError {
        let reason = errno
        return StorageError(.cannotOpen, detail: "cannot \(verb) \(file): \(String(cString: strerror(reason)))")
    }
}
