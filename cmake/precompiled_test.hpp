// precompiled.hpp for the units of the tests.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <sstream>

#include "cmake/precompiled.hpp"
