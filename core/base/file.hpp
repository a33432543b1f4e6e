// Files that a person named on a command line.
#pragma once

#include <string>

#include "core/base/result.hpp"

namespace holdfast {

// The whole of a file, as bytes. `configuration` says why it cannot be had: it is not there, it is a folder, it may not
// be read. The message does not repeat the path, so that a caller can say which option or folder named it.
Result<std::string> read_file(const std::string& path);

}  // namespace holdfast
