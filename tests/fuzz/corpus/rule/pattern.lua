rule "r" { check = function() return (("a"):rep(300):find((".-"):rep(8) .. "b")) == nil end }
