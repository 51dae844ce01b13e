(module
  (type (;0;) (func (param i32 i32 i32)))
  (type (;1;) (func (param i32 i32 i32 i32)))
  (type (;2;) (func (param i32 i32) (result i32)))
  (type (;3;) (func (param i32 i32 i32) (result i32)))
  (type (;4;) (func (param i32)))
  (import "env" "memory" (memory (;0;) 0 65536 shared))
  (import "env" "reserve" (func (;0;) (type 2)))
  (func (;1;) (export "p0") (type 0) (param i32 i32 i32)
    (local i32 i32 i32 i32)
    (block  ;; label = @1
      (br_if 0 (;@1;)
        (i32.ge_u
          (local.tee 3
            (local.get 1))
          (local.get 2)))
      (local.set 6
        (call 4
          (local.get 0)
          (local.get 3)
          (select
            (i32.add
              (local.get 3)
              (i32.const 1024))
            (local.get 2)
            (i32.lt_u
              (i32.add
                (local.get 3)
                (i32.const 1024))
              (local.get 2)))))
      (loop  ;; label = @2
        (local.set 4
          (local.get 3))
        (local.set 5
          (local.get 6))
        (loop  ;; label = @3
          (if  ;; label = @4
            (i32.lt_u
              (local.tee 3
                (select
                  (i32.add
                    (local.get 3)
                    (i32.const 1024))
                  (local.get 2)
                  (i32.lt_u
                    (i32.add
                      (local.get 3)
                      (i32.const 1024))
                    (local.get 2))))
              (local.get 2))
            (then
              (br_if 1 (;@3;)
                (i32.eq
                  (local.tee 6
                    (call 4
                      (local.get 0)
                      (local.get 3)
                      (select
                        (i32.add
                          (local.get 3)
                          (i32.const 1024))
                        (local.get 2)
                        (i32.lt_u
                          (i32.add
                            (local.get 3)
                            (i32.const 1024))
                          (local.get 2)))))
                  (local.get 5))))))
        (if  ;; label = @3
          (local.get 5)
          (then
            (call 3
              (local.get 0)
              (local.get 4)
              (local.get 3)
              (local.get 1)))
          (else
            (call 2
              (local.get 0)
              (local.get 4)
              (local.get 3)
              (local.get 1))))
        (br_if 0 (;@2;)
          (i32.lt_u
            (local.get 3)
            (local.get 2))))))
  (func (;2;) (type 1) (param i32 i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i32 i32 i32 i32 i32 i32 i32 i32)
    (local.set 5
      (i32.load offset=16 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 6
      (i32.load offset=20 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 7
      (i32.load align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 8
      (i32.load offset=32 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 9
      (i32.add
        (local.get 0)
        (i32.const 64)))
    (if  ;; label = @1
      (i32.eqz
        (local.tee 10
          (i32.load offset=24 align=1
            (local.get 9))))
      (then
        (if  ;; label = @2
          (i32.eqz
            (local.tee 10
              (call 0
                (local.get 0)
                (i32.const 7560))))
          (then
            (i32.store align=1
              (local.get 0)
              (i32.const 5))
            (i32.store offset=4 align=1
              (local.get 0)
              (i32.const 0))
            (unreachable)))
        (memory.fill
          (i32.add
            (local.get 10)
            (i32.const 7328))
          (i32.const 0)
          (i32.const 232))
        (local.set 12
          (local.get 10))
        (loop  ;; label = @2
          (local.set 13
            (i64.const 0))
          (i64.store align=1
            (local.get 12)
            (local.get 13))
          (local.set 13
            (i64.const 0))
          (i64.store offset=8 align=1
            (local.get 12)
            (local.get 13))
          (local.set 13
            (i64.const 0))
          (i64.store offset=16 align=1
            (local.get 12)
            (local.get 13))
          (local.set 14
            (i32.const 0))
          (i32.store8 offset=28
            (local.get 12)
            (local.get 14))
          (local.set 14
            (i32.const -2147483648))
          (i32.store offset=24 align=1
            (local.get 12)
            (local.get 14))
          (br_if 0 (;@2;)
            (i32.lt_u
              (i32.sub
                (local.tee 12
                  (i32.add
                    (local.get 12)
                    (i32.const 32)))
                (local.get 10))
              (i32.const 7328))))
        (i32.store offset=24 align=1
          (local.get 9)
          (local.get 10))
        (i32.store offset=28 align=1
          (local.get 9)
          (i32.add
            (local.get 10)
            (i32.const 7328)))))
    (local.set 11
      (i32.add
        (local.get 10)
        (i32.const 7328)))
    (local.set 12
      (local.get 1))
    (block  ;; label = @1
      (loop  ;; label = @2
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 12)
            (local.get 2)))
        (local.set 14
          (select
            (local.tee 14
              (i32.add
                (local.get 12)
                (i32.const 1024)))
            (local.get 2)
            (i32.lt_u
              (local.get 14)
              (local.get 2))))
        (local.set 4
          (local.get 12))
        (loop  ;; label = @3
          (i32.load16_s align=1
            (i32.add
              (local.get 5)
              (i32.shl
                (local.get 4)
                (i32.const 1))))
          (local.set 16
            (i32.and
              (i32.shr_u
                (i32.load8_u
                  (i32.add
                    (local.get 6)
                    (i32.shr_u
                      (local.get 4)
                      (i32.const 3))))
                (i32.and
                  (local.get 4)
                  (i32.const 7)))
              (i32.const 1)))
          (local.set 15)
          (local.set 17
            (local.get 16))
          (local.set 18
            (i32.load8_u
              (i32.add
                (local.get 7)
                (local.get 4))))
          (local.set 19
            (local.get 18))
          (i32.store8
            (i32.add
              (local.get 19)
              (local.get 11))
            (i32.const 1))
          (local.set 19
            (i32.add
              (i32.mul
                (local.get 19)
                (i32.const 32))
              (local.get 10)))
          (local.set 13
            (i64.add
              (i64.load align=1
                (local.get 19))
              (i64.const 1)))
          (i64.store align=1
            (local.get 19)
            (local.get 13))
          (i64.load offset=8 align=1
            (local.get 19))
          (local.get 15)
          (drop
            (local.get 16))
          (select
            (i64.extend_i32_s)
            (i64.const 0)
            (local.get 17))
          (local.set 13
            (i64.add))
          (i64.store offset=8 align=1
            (local.get 19)
            (local.get 13))
          (local.set 13
            (i64.add
              (i64.load offset=16 align=1
                (local.get 19))
              (i64.extend_i32_s
                (local.get 17))))
          (i64.store offset=16 align=1
            (local.get 19)
            (local.get 13))
          (local.set 20
            (i32.or
              (i32.load8_u offset=28
                (local.get 19))
              (local.get 17)))
          (i32.store8 offset=28
            (local.get 19)
            (local.get 20))
          (local.set 20
            (i32.load offset=24 align=1
              (local.get 19)))
          (local.set 21
            (i32.load16_s align=1
              (i32.add
                (local.get 8)
                (i32.shl
                  (local.get 4)
                  (i32.const 1)))))
          (local.set 20
            (select
              (local.get 20)
              (local.get 21)
              (i32.gt_s
                (local.get 20)
                (local.get 21))))
          (i32.store offset=24 align=1
            (local.get 19)
            (local.get 20))
          (br_if 0 (;@3;)
            (i32.lt_u
              (local.tee 4
                (i32.add
                  (local.get 4)
                  (i32.const 1)))
              (local.get 14))))
        (local.set 12
          (local.get 14))
        (br 0 (;@2;)))))
  (func (;3;) (type 1) (param i32 i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i64 i32 i32 i32 i32 i32)
    (local.set 5
      (i32.load align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 6
      (i32.load offset=16 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 7
      (i32.load offset=32 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 8
      (i32.add
        (local.get 0)
        (i32.const 64)))
    (if  ;; label = @1
      (i32.eqz
        (local.tee 9
          (i32.load offset=24 align=1
            (local.get 8))))
      (then
        (if  ;; label = @2
          (i32.eqz
            (local.tee 9
              (call 0
                (local.get 0)
                (i32.const 7560))))
          (then
            (i32.store align=1
              (local.get 0)
              (i32.const 5))
            (i32.store offset=4 align=1
              (local.get 0)
              (i32.const 0))
            (unreachable)))
        (memory.fill
          (i32.add
            (local.get 9)
            (i32.const 7328))
          (i32.const 0)
          (i32.const 232))
        (local.set 11
          (local.get 9))
        (loop  ;; label = @2
          (local.set 12
            (i64.const 0))
          (i64.store align=1
            (local.get 11)
            (local.get 12))
          (local.set 12
            (i64.const 0))
          (i64.store offset=8 align=1
            (local.get 11)
            (local.get 12))
          (local.set 12
            (i64.const 0))
          (i64.store offset=16 align=1
            (local.get 11)
            (local.get 12))
          (local.set 13
            (i32.const 0))
          (i32.store8 offset=28
            (local.get 11)
            (local.get 13))
          (local.set 13
            (i32.const -2147483648))
          (i32.store offset=24 align=1
            (local.get 11)
            (local.get 13))
          (br_if 0 (;@2;)
            (i32.lt_u
              (i32.sub
                (local.tee 11
                  (i32.add
                    (local.get 11)
                    (i32.const 32)))
                (local.get 9))
              (i32.const 7328))))
        (i32.store offset=24 align=1
          (local.get 8)
          (local.get 9))
        (i32.store offset=28 align=1
          (local.get 8)
          (i32.add
            (local.get 9)
            (i32.const 7328)))))
    (local.set 10
      (i32.add
        (local.get 9)
        (i32.const 7328)))
    (local.set 11
      (local.get 1))
    (block  ;; label = @1
      (loop  ;; label = @2
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 11)
            (local.get 2)))
        (local.set 13
          (select
            (local.tee 13
              (i32.add
                (local.get 11)
                (i32.const 1024)))
            (local.get 2)
            (i32.lt_u
              (local.get 13)
              (local.get 2))))
        (local.set 4
          (local.get 11))
        (loop  ;; label = @3
          (local.set 14
            (i32.load8_u
              (i32.add
                (local.get 5)
                (local.get 4))))
          (local.set 15
            (local.get 14))
          (i32.store8
            (i32.add
              (local.get 15)
              (local.get 10))
            (i32.const 1))
          (local.set 15
            (i32.add
              (i32.mul
                (local.get 15)
                (i32.const 32))
              (local.get 9)))
          (local.set 12
            (i64.add
              (i64.load align=1
                (local.get 15))
              (i64.const 1)))
          (i64.store align=1
            (local.get 15)
            (local.get 12))
          (local.set 12
            (i64.add
              (i64.load offset=8 align=1
                (local.get 15))
              (i64.extend_i32_s
                (i32.load16_s align=1
                  (i32.add
                    (local.get 6)
                    (i32.shl
                      (local.get 4)
                      (i32.const 1)))))))
          (i64.store offset=8 align=1
            (local.get 15)
            (local.get 12))
          (local.set 12
            (i64.add
              (i64.load offset=16 align=1
                (local.get 15))
              (i64.const 1)))
          (i64.store offset=16 align=1
            (local.get 15)
            (local.get 12))
          (local.set 16
            (i32.const 1))
          (i32.store8 offset=28
            (local.get 15)
            (local.get 16))
          (local.set 16
            (i32.load offset=24 align=1
              (local.get 15)))
          (local.set 17
            (i32.load16_s align=1
              (i32.add
                (local.get 7)
                (i32.shl
                  (local.get 4)
                  (i32.const 1)))))
          (local.set 16
            (select
              (local.get 16)
              (local.get 17)
              (i32.gt_s
                (local.get 16)
                (local.get 17))))
          (i32.store offset=24 align=1
            (local.get 15)
            (local.get 16))
          (br_if 0 (;@3;)
            (i32.lt_u
              (local.tee 4
                (i32.add
                  (local.get 4)
                  (i32.const 1)))
              (local.get 13))))
        (local.set 11
          (local.get 13))
        (br 0 (;@2;)))))
  (func (;4;) (type 3) (param i32 i32 i32) (result i32)
    (local i32 i32)
    (local.set 3
      (i32.load offset=16 align=1
        (local.get 0)))
    (block  ;; label = @1
      (br_if 0 (;@1;)
        (i32.eqz
          (call 5
            (i32.load offset=20 align=1
              (local.get 3))
            (local.get 1)
            (local.get 2))))
      (local.set 4
        (i32.const 1)))
    (local.get 4))
  (func (;5;) (type 3) (param i32 i32 i32) (result i32)
    (local i32 i32 i32 i32 i32)
    (block  ;; label = @1
      (local.set 3
        (i32.add
          (local.get 0)
          (i32.shr_u
            (local.get 1)
            (i32.const 3))))
      (local.set 4
        (i32.add
          (local.get 0)
          (i32.shr_u
            (local.get 2)
            (i32.const 3))))
      (local.set 5
        (i32.and
          (i32.shl
            (i32.const 255)
            (i32.and
              (local.get 1)
              (i32.const 7)))
          (i32.const 255)))
      (local.set 6
        (i32.sub
          (i32.shl
            (i32.const 1)
            (i32.and
              (local.get 2)
              (i32.const 7)))
          (i32.const 1)))
      (if  ;; label = @2
        (i32.eq
          (local.get 3)
          (local.get 4))
        (then
          (br_if 1 (;@1;)
            (i32.and
              (i32.and
                (local.get 5)
                (local.get 6))
              (i32.xor
                (i32.load8_u
                  (local.get 3))
                (i32.const -1))))
          (local.set 7
            (i32.const 1))
          (br 1 (;@1;))))
      (if  ;; label = @2
        (i32.ne
          (local.get 5)
          (i32.const 255))
        (then
          (br_if 1 (;@1;)
            (i32.and
              (local.get 5)
              (i32.xor
                (i32.load8_u
                  (local.get 3))
                (i32.const -1))))
          (local.set 3
            (i32.add
              (local.get 3)
              (i32.const 1)))))
      (if  ;; label = @2
        (local.get 6)
        (then
          (br_if 1 (;@1;)
            (i32.and
              (local.get 6)
              (i32.xor
                (i32.load8_u
                  (local.get 4))
                (i32.const -1))))))
      (block  ;; label = @2
        (loop  ;; label = @3
          (br_if 1 (;@2;)
            (i32.lt_u
              (i32.sub
                (local.get 4)
                (local.get 3))
              (i32.const 16)))
          (br_if 2 (;@1;)
            (v128.any_true
              (v128.not
                (v128.load align=1
                  (local.get 3)))))
          (local.set 3
            (i32.add
              (local.get 3)
              (i32.const 16)))
          (br 0 (;@3;))))
      (block  ;; label = @2
        (loop  ;; label = @3
          (br_if 1 (;@2;)
            (i32.ge_u
              (local.get 3)
              (local.get 4)))
          (br_if 2 (;@1;)
            (i32.and
              (i32.const 255)
              (i32.xor
                (i32.load8_u
                  (local.get 3))
                (i32.const -1))))
          (local.set 3
            (i32.add
              (local.get 3)
              (i32.const 1)))
          (br 0 (;@3;))))
      (local.set 7
        (i32.const 1)))
    (local.get 7))
  (func (;6;) (export "f0") (type 4) (param i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i32 i32)
    (local.set 1
      (i32.const 0))
    (local.set 2
      (i32.const 0))
    (local.set 9
      (i32.load offset=4 align=1
        (local.tee 7
          (i32.load offset=28 align=1
            (local.get 0)))))
    (local.set 8
      (i32.const 0))
    (block  ;; label = @1
      (loop  ;; label = @2
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 8)
            (local.get 9)))
        (if  ;; label = @3
          (i32.load offset=24 align=1
            (local.tee 10
              (i32.add
                (i32.load align=1
                  (i32.add
                    (i32.load offset=8 align=1
                      (local.get 7))
                    (i32.shl
                      (local.get 8)
                      (i32.const 2))))
                (i32.const 64))))
          (then
            (if  ;; label = @4
              (i32.eqz
                (local.get 1))
              (then
                (local.set 1
                  (i32.load offset=24 align=1
                    (local.get 10)))
                (local.set 2
                  (i32.load offset=28 align=1
                    (local.get 10)))))))
        (local.set 8
          (i32.add
            (local.get 8)
            (i32.const 1)))
        (br 0 (;@2;))))
    (i32.store offset=80 align=1
      (i32.load offset=28 align=1
        (local.get 0))
      (local.get 1))
    (i32.store offset=84 align=1
      (i32.load offset=28 align=1
        (local.get 0))
      (local.get 2))
    (if  ;; label = @1
      (i32.eqz
        (local.tee 6
          (call 0
            (local.get 0)
            (i32.const 932))))
      (then
        (i32.store align=1
          (local.get 0)
          (i32.const 5))
        (i32.store offset=4 align=1
          (local.get 0)
          (i32.const 0))
        (unreachable)))
    (local.set 5
      (i32.add
        (local.get 6)
        (i32.const 16)))
    (local.set 3
      (i32.const 0))
    (if  ;; label = @1
      (local.get 1)
      (then
        (local.set 4
          (i32.const 232))
        (local.set 17
          (i32.load offset=4 align=1
            (local.tee 15
              (i32.load offset=28 align=1
                (local.get 0)))))
        (local.set 16
          (i32.const 0))
        (block  ;; label = @2
          (loop  ;; label = @3
            (br_if 1 (;@2;)
              (i32.ge_u
                (local.get 16)
                (local.get 17)))
            (if  ;; label = @4
              (i32.load offset=24 align=1
                (local.tee 18
                  (i32.add
                    (i32.load align=1
                      (i32.add
                        (i32.load offset=8 align=1
                          (local.get 15))
                        (i32.shl
                          (local.get 16)
                          (i32.const 2))))
                    (i32.const 64))))
              (then
                (if  ;; label = @5
                  (i32.ne
                    (i32.load offset=24 align=1
                      (local.get 18))
                    (local.get 1))
                  (then
                    (local.set 11
                      (i32.load offset=28 align=1
                        (local.get 18)))
                    (local.set 12
                      (local.get 3))
                    (block  ;; label = @6
                      (loop  ;; label = @7
                        (br_if 1 (;@6;)
                          (i32.ge_u
                            (local.get 12)
                            (local.get 4)))
                        (local.set 19
                          (i32.add
                            (local.get 12)
                            (i32.const 8)))
                        (if  ;; label = @8
                          (i64.eqz
                            (i64.load align=1
                              (i32.add
                                (local.get 11)
                                (local.get 12))))
                          (then
                            (local.set 12
                              (local.get 19))
                            (br 1 (;@7;))))
                        (loop  ;; label = @8
                          (if  ;; label = @9
                            (i32.load8_u
                              (i32.add
                                (local.get 11)
                                (local.get 12)))
                            (then
                              (i32.store8
                                (i32.add
                                  (local.get 2)
                                  (local.get 12))
                                (i32.const 1))
                              (local.set 13
                                (i32.add
                                  (i32.mul
                                    (local.get 12)
                                    (i32.const 32))
                                  (local.get 1)))
                              (local.set 14
                                (i32.add
                                  (i32.sub
                                    (local.get 13)
                                    (local.get 1))
                                  (i32.load offset=24 align=1
                                    (local.get 18))))
                              (local.set 20
                                (i64.add
                                  (i64.load align=1
                                    (local.get 13))
                                  (i64.load align=1
                                    (local.get 14))))
                              (i64.store align=1
                                (local.get 13)
                                (local.get 20))
                              (local.set 20
                                (i64.add
                                  (i64.load offset=8 align=1
                                    (local.get 13))
                                  (i64.load offset=8 align=1
                                    (local.get 14))))
                              (i64.store offset=8 align=1
                                (local.get 13)
                                (local.get 20))
                              (local.set 20
                                (i64.add
                                  (i64.load offset=16 align=1
                                    (local.get 13))
                                  (i64.load offset=16 align=1
                                    (local.get 14))))
                              (i64.store offset=16 align=1
                                (local.get 13)
                                (local.get 20))
                              (local.set 21
                                (i32.or
                                  (i32.load8_u offset=28
                                    (local.get 13))
                                  (i32.load8_u offset=28
                                    (local.get 14))))
                              (i32.store8 offset=28
                                (local.get 13)
                                (local.get 21))
                              (local.set 21
                                (i32.load offset=24 align=1
                                  (local.get 13)))
                              (local.set 22
                                (i32.load offset=24 align=1
                                  (local.get 14)))
                              (local.set 21
                                (select
                                  (local.get 21)
                                  (local.get 22)
                                  (i32.gt_s
                                    (local.get 21)
                                    (local.get 22))))
                              (i32.store offset=24 align=1
                                (local.get 13)
                                (local.get 21))))
                          (br_if 0 (;@8;)
                            (i32.lt_u
                              (local.tee 12
                                (i32.add
                                  (local.get 12)
                                  (i32.const 1)))
                              (local.get 19))))
                        (br 0 (;@7;))))))))
            (local.set 16
              (i32.add
                (local.get 16)
                (i32.const 1)))
            (br 0 (;@3;))))
        (local.set 14
          (local.get 3))
        (block  ;; label = @2
          (loop  ;; label = @3
            (br_if 1 (;@2;)
              (i32.ge_u
                (local.get 14)
                (local.get 4)))
            (local.set 12
              (i32.add
                (local.get 14)
                (i32.const 8)))
            (if  ;; label = @4
              (i64.eqz
                (i64.load align=1
                  (i32.add
                    (local.get 2)
                    (local.get 14))))
              (then
                (local.set 14
                  (local.get 12))
                (br 1 (;@3;))))
            (loop  ;; label = @4
              (if  ;; label = @5
                (i32.load8_u
                  (i32.add
                    (local.get 2)
                    (local.get 14)))
                (then
                  (local.set 13
                    (i32.add
                      (i32.mul
                        (local.get 14)
                        (i32.const 32))
                      (local.get 1)))
                  (i32.store align=1
                    (local.get 5)
                    (local.get 13))
                  (local.set 5
                    (i32.add
                      (local.get 5)
                      (i32.const 4)))))
              (br_if 0 (;@4;)
                (i32.lt_u
                  (local.tee 14
                    (i32.add
                      (local.get 14)
                      (i32.const 1)))
                  (local.get 12))))
            (br 0 (;@3;))))))
    (local.set 13
      (i32.add
        (i32.load offset=28 align=1
          (local.get 0))
        (i32.const 64)))
    (local.set 14
      (i32.shr_u
        (i32.sub
          (i32.sub
            (local.get 5)
            (local.get 6))
          (i32.const 16))
        (i32.const 2)))
    (i32.store align=1
      (local.get 6)
      (local.get 14))
    (i32.store offset=4 align=1
      (local.get 6)
      (i32.const 0))
    (i32.store offset=8 align=1
      (local.get 6)
      (i32.add
        (local.get 6)
        (i32.const 16)))
    (i32.store offset=12 align=1
      (local.get 6)
      (i32.const 0))
    (i32.store align=1
      (local.get 13)
      (local.get 14))
    (i32.store offset=4 align=1
      (local.get 13)
      (i32.const 1))
    (i32.store offset=8 align=1
      (local.get 13)
      (local.get 6)))
  (func (;7;) (export "p1") (type 0) (param i32 i32 i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 f64 i32 i64 i32 i32)
    (local.set 5
      (i32.load offset=80 align=1
        (i32.load offset=28 align=1
          (local.get 0))))
    (local.set 6
      (i32.add
        (local.get 0)
        (i32.const 160)))
    (local.set 9
      (i32.load offset=8 align=1
        (local.get 6)))
    (local.set 8
      (i32.const 2048))
    (if  ;; label = @1
      (local.tee 7
        (i32.load offset=16 align=1
          (local.get 6)))
      (then
        (if  ;; label = @2
          (i32.eq
            (i32.load offset=8 align=1
              (local.get 7))
            (i32.add
              (i32.load offset=20 align=1
                (local.get 0))
              (local.get 1)))
          (then
            (local.set 8
              (i32.load offset=4 align=1
                (local.get 7)))))))
    (local.set 10
      (local.get 1))
    (block  ;; label = @1
      (loop  ;; label = @2
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 10)
            (local.get 2)))
        (local.set 11
          (select
            (local.tee 11
              (i32.add
                (local.get 10)
                (i32.const 1024)))
            (local.get 2)
            (i32.lt_u
              (local.get 11)
              (local.get 2))))
        (local.set 3
          (local.get 10))
        (loop  ;; label = @3
          (local.set 4
            (i32.load align=1
              (i32.add
                (i32.load offset=16 align=1
                  (local.get 0))
                (i32.shl
                  (local.get 3)
                  (i32.const 2)))))
          (if  ;; label = @4
            (i32.eq
              (local.get 8)
              (i32.const 2048))
            (then
              (if  ;; label = @5
                (i32.eqz
                  (local.tee 7
                    (call 0
                      (local.get 0)
                      (i32.const 57872))))
                (then
                  (i32.store align=1
                    (local.get 0)
                    (i32.const 5))
                  (i32.store offset=4 align=1
                    (local.get 0)
                    (i32.const 0))
                  (unreachable)))
              (memory.fill
                (local.get 7)
                (i32.const 0)
                (i32.const 16))
              (memory.fill
                (i32.add
                  (local.get 7)
                  (i32.const 32784))
                (i32.const 0)
                (i32.const 256))
              (memory.fill
                (i32.add
                  (local.get 7)
                  (i32.const 49424))
                (i32.const 0)
                (i32.const 256))
              (i32.store offset=8 align=1
                (local.get 7)
                (i32.add
                  (i32.load offset=20 align=1
                    (local.get 0))
                  (local.get 1)))
              (if  ;; label = @5
                (i32.load offset=12 align=1
                  (local.get 6))
                (then
                  (i32.store align=1
                    (i32.load offset=16 align=1
                      (local.get 6))
                    (local.get 7)))
                (else
                  (i32.store offset=12 align=1
                    (local.get 6)
                    (local.get 7))))
              (i32.store offset=16 align=1
                (local.get 6)
                (local.get 7))
              (local.set 8
                (i32.const 0))))
          (local.set 12
            (i32.div_u
              (i32.sub
                (local.get 4)
                (local.get 5))
              (i32.const 32)))
          (local.set 13
            (i32.wrap_i64
              (i64.load align=1
                (local.get 4))))
          (f64.div
            (f64.convert_i64_s
              (i64.load offset=8 align=1
                (local.get 4)))
            (f64.convert_i64_s
              (i64.load offset=16 align=1
                (local.get 4))))
          (local.set 15
            (i64.ne
              (i64.load offset=16 align=1
                (local.get 4))
              (i64.const 0)))
          (local.set 14)
          (i64.load offset=8 align=1
            (local.get 4))
          (local.set 17
            (i32.load8_u offset=28
              (local.get 4)))
          (local.set 16)
          (local.set 18
            (i32.load offset=24 align=1
              (local.get 4)))
          (i32.store offset=16 align=1
            (i32.add
              (local.get 7)
              (i32.mul
                (local.get 8)
                (i32.const 4)))
            (local.get 12))
          (i32.store offset=8208 align=1
            (i32.add
              (local.get 7)
              (i32.mul
                (local.get 8)
                (i32.const 4)))
            (local.get 13))
          (f64.store offset=16400 align=1
            (i32.add
              (local.get 7)
              (i32.mul
                (local.get 8)
                (i32.const 8)))
            (local.get 14))
          (i32.store8 offset=32784
            (local.tee 13
              (i32.add
                (local.get 7)
                (i32.shr_u
                  (local.get 8)
                  (i32.const 3))))
            (i32.or
              (i32.load8_u offset=32784
                (local.get 13))
              (i32.shl
                (local.get 15)
                (i32.and
                  (local.get 8)
                  (i32.const 7)))))
          (i64.store offset=33040 align=1
            (i32.add
              (local.get 7)
              (i32.mul
                (local.get 8)
                (i32.const 8)))
            (local.get 16))
          (i32.store8 offset=49424
            (local.tee 15
              (i32.add
                (local.get 7)
                (i32.shr_u
                  (local.get 8)
                  (i32.const 3))))
            (i32.or
              (i32.load8_u offset=49424
                (local.get 15))
              (i32.shl
                (local.get 17)
                (i32.and
                  (local.get 8)
                  (i32.const 7)))))
          (i32.store offset=49680 align=1
            (i32.add
              (local.get 7)
              (i32.mul
                (local.get 8)
                (i32.const 4)))
            (local.get 18))
          (local.set 8
            (i32.add
              (local.get 8)
              (i32.const 1)))
          (i32.store offset=4 align=1
            (local.get 7)
            (local.get 8))
          (i32.store offset=8 align=1
            (local.get 6)
            (i32.add
              (i32.load offset=8 align=1
                (local.get 6))
              (i32.const 1)))
          (br_if 0 (;@3;)
            (i32.lt_u
              (local.tee 3
                (i32.add
                  (local.get 3)
                  (i32.const 1)))
              (local.get 11))))
        (local.set 10
          (local.get 11))
        (br 0 (;@2;))))))
