rule "r" { check = function() return (("ction() retura"):rep(300):gsub((".-"):rep(8) .. "b")) == nil end }
