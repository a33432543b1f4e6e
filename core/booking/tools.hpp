#pragma once
#include "core/booking/front_desk.hpp"
